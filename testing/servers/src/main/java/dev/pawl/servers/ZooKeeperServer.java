package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class ZooKeeper: take a {@link ZooKeeperProcess} as a parameter of the constructor or of a method for one server, or a
 * {@link ZooKeeperEnsemble} for three. There is one of each per JVM, started when it is first wanted, and it runs again for the next class;
 * take {@code newPath()} for paths. The servers run with the class path of the test: it needs ZooKeeper, and snappy-java and metrics-core, which only
 * its server needs.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ZooKeeperExtension.class)
public @interface ZooKeeperServer {}
