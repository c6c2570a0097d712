package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class one etcd: take an {@link EtcdMembers} as a parameter of the constructor or of a method. There is one per JVM; after
 * each class it runs again. What is missing is treated as by {@link RedisServer}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EtcdExtension.OfServer.class)
public @interface EtcdServer {}
