package streamtwin.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads classes of its own, of a release or of the class path: one release of Hystrix, with an RxJava and a driver, or Eureka with a
 * driver. Every reading of the system's clock in them is replaced by one of {@link VirtualClock}.
 */
public final class ReleaseLoader extends URLClassLoader {
  private final List<String> own;

  public ReleaseLoader(Path jar) throws IOException {
    super(new URL[] {jar.toUri().toURL()}, ReleaseLoader.class.getClassLoader());
    if (!Files.exists(jar)) throw new IOException("no such release: " + jar);
    own = List.of("com.netflix.hystrix.", "rx.", "streamtwin.oracle.hystrix.");
  }

  public ReleaseLoader(String... packages) {
    super(new URL[0], ReleaseLoader.class.getClassLoader());
    own = List.of(packages);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (own.stream().noneMatch(name::startsWith)) return super.loadClass(name, resolve);
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    URL source = findResource(file); // the release's jar first: the class path has the last one, too
    try (InputStream in = source != null ? source.openStream() : getParent().getResourceAsStream(file)) {
      if (in == null) throw new ClassNotFoundException(name);
      ClassReader reader = new ClassReader(in);
      ClassWriter writer = new ClassWriter(reader, 0);
      reader.accept(new ClockReplaced(writer), 0);
      byte[] code = writer.toByteArray();
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static final class ClockReplaced extends ClassVisitor {
    ClockReplaced(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
        @Override
        public void visitMethodInsn(int opcode, String owner, String method, String type, boolean isInterface) {
          boolean clock = owner.equals("java/lang/System") && (method.equals("currentTimeMillis") || method.equals("nanoTime"));
          super.visitMethodInsn(opcode, clock ? "streamtwin/oracle/VirtualClock" : owner, method, type, isInterface);
        }
      };
    }
  }
}
