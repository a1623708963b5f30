package streamtwin.oracle;

import com.netflix.appinfo.InstanceInfo;
import com.netflix.discovery.converters.wrappers.CodecWrappers;
import com.netflix.discovery.shared.Application;
import com.netflix.discovery.shared.Applications;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON of /eureka/apps as the released client does, and prints what it has understood, and the hash that it compares. */
public final class ReadApps {
  public static void main(String[] arguments) throws Exception {
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      Applications read = CodecWrappers.getDecoder(CodecWrappers.JacksonJson.class).decode(in, Applications.class);
      System.out.println(read.getAppsHashCode() + " " + read.getReconcileHashCode());
      for (Application app : read.getRegisteredApplications()) {
        for (InstanceInfo info : app.getInstances()) {
          System.out.println(app.getName() + " " + info.getInstanceId() + " " + info.getStatus() + " " + info.getOverriddenStatus() + " "
              + info.getLeaseInfo().getDurationInSecs());
        }
      }
    }
  }

  private ReadApps() {}
}
