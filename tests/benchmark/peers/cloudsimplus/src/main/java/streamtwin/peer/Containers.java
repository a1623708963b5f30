package streamtwin.peer;

import ch.qos.logback.classic.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cloudsimplus.allocationpolicies.VmAllocationPolicyFirstFit;
import org.cloudsimplus.brokers.DatacenterBrokerSimple;
import org.cloudsimplus.cloudlets.Cloudlet;
import org.cloudsimplus.cloudlets.CloudletSimple;
import org.cloudsimplus.core.CloudSimPlus;
import org.cloudsimplus.datacenters.DatacenterSimple;
import org.cloudsimplus.hosts.Host;
import org.cloudsimplus.hosts.HostSimple;
import org.cloudsimplus.resources.Pe;
import org.cloudsimplus.resources.PeSimple;
import org.cloudsimplus.schedulers.cloudlet.CloudletSchedulerSpaceShared;
import org.cloudsimplus.util.Log;
import org.cloudsimplus.utilizationmodels.UtilizationModelFull;
import org.cloudsimplus.vms.Vm;
import org.cloudsimplus.vms.VmSimple;

/** A stream of containers on hosts of 64 processors, each a virtual machine with one task: agents seconds rate. */
public final class Containers {
  public static void main(String[] args) {
    final int agents = Integer.parseInt(args[0]);
    final double seconds = Double.parseDouble(args[1]);
    final double rate = Double.parseDouble(args[2]);
    Log.setLevel(Level.OFF);
    final CloudSimPlus simulation = new CloudSimPlus();
    final List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < agents; ++i) {
      final List<Pe> processors = new ArrayList<>();
      for (int p = 0; p < 64; ++p) processors.add(new PeSimple(1000));
      hosts.add(new HostSimple(488_000, 25_000, 1_000_000, processors));
    }
    final DatacenterSimple datacenter = new DatacenterSimple(simulation, hosts, new VmAllocationPolicyFirstFit());
    datacenter.setSchedulingInterval(-1);
    final DatacenterBrokerSimple broker = new DatacenterBrokerSimple(simulation);
    broker.setVmDestructionDelay(1);
    final Random random = new Random(1);
    int containers = 0;
    for (double at = 0; at < seconds; at += -Math.log(1 - random.nextDouble()) / rate) {
      final Vm vm = new VmSimple(1000, 8);
      vm.setRam(32_000).setBw(500).setSize(40_000).setCloudletScheduler(new CloudletSchedulerSpaceShared());
      vm.setSubmissionDelay(at);
      final double runs = 480 * Math.exp(0.8 * random.nextGaussian());
      final Cloudlet task = new CloudletSimple((long) (runs * 1000), 8, new UtilizationModelFull());
      broker.bindCloudletToVm(task, vm);
      broker.submitVm(vm);
      broker.submitCloudlet(task);
      ++containers;
    }
    final var thread = ManagementFactory.getThreadMXBean();
    final long began = thread.getCurrentThreadCpuTime();
    simulation.start();
    final double took = (thread.getCurrentThreadCpuTime() - began) / 1e9;
    System.out.printf("%d containers on %d agents, %d done: %.2f CPU s, %.0f a second%n", containers, agents,
        broker.getCloudletFinishedList().size(), took, containers / took);
  }
}
