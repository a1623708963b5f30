package streamtwin.oracle.eureka;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.DataCenterInfo;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.LeaseInfo;
import com.netflix.appinfo.MyDataCenterInstanceConfig;
import com.netflix.discovery.DefaultEurekaClientConfig;
import com.netflix.discovery.shared.Application;
import com.netflix.eureka.DefaultEurekaServerConfig;
import com.netflix.eureka.registry.AbstractInstanceRegistry;
import com.netflix.eureka.registry.rule.DownOrStartingRule;
import com.netflix.eureka.registry.rule.FirstMatchWinsCompositeRule;
import com.netflix.eureka.registry.rule.InstanceStatusOverrideRule;
import com.netflix.eureka.registry.rule.LeaseExistsRule;
import com.netflix.eureka.registry.rule.OverrideExistsRule;
import com.netflix.eureka.resources.DefaultServerCodecs;
import java.util.Collections;
import java.util.List;

/** The released registry without peers and timers, which lets all expired leases go at once: whom it chooses among more is drawn. */
final class AskedRegistry extends AbstractInstanceRegistry {
  private static final class Config extends DefaultEurekaServerConfig {
    @Override
    public double getRenewalPercentThreshold() {
      return 0;
    }
  }

  AskedRegistry(int expectedClients) {
    this(new Config());
    new ApplicationInfoManager(new MyDataCenterInstanceConfig(), instance("server", InstanceInfo.InstanceStatus.UP, 0)); // monitors ask it
    expectedNumberOfClientsSendingRenews = expectedClients;
    initializedResponseCache();
  }

  private AskedRegistry(Config config) {
    super(config, new DefaultEurekaClientConfig(), new DefaultServerCodecs(config));
  }

  static InstanceInfo instance(String id, InstanceInfo.InstanceStatus status, long dirty) {
    InstanceInfo info = InstanceInfo.Builder.newBuilder()
        .setInstanceId(id)
        .setAppName("A")
        .setHostName(id)
        .setStatus(status)
        .setDataCenterInfo(() -> DataCenterInfo.Name.MyOwn)
        .setLeaseInfo(LeaseInfo.Builder.newBuilder().setDurationInSecs(90).build())
        .build();
    info.setLastDirtyTimestamp(dirty);
    return info;
  }

  int expectedClients() {
    return expectedNumberOfClientsSendingRenews;
  }

  @Override
  protected InstanceStatusOverrideRule getInstanceInfoOverrideRule() {
    return new FirstMatchWinsCompositeRule(
        new DownOrStartingRule(), new OverrideExistsRule(overriddenInstanceStatusMap), new LeaseExistsRule());
  }

  @Override
  public boolean isLeaseExpirationEnabled() {
    return true;
  }

  @Override
  public boolean isSelfPreservationModeEnabled() {
    return false;
  }

  @Override
  public int isBelowRenewThresold() {
    return 0;
  }

  @Override
  public void openForTraffic(ApplicationInfoManager manager, int count) {}

  @Override
  public InstanceInfo getNextServerFromEureka(String address, boolean secure) {
    return null;
  }

  @Override
  public List<Application> getSortedApplications() {
    return Collections.emptyList();
  }
}
