package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a Redis Cluster of three masters, each with a third of the slots: take a {@link RedisClusterNodes} as a parameter of the
 * constructor or of a method. There is one per JVM; after each class all of it runs again. What is missing is treated as
 * by {@link RedisServer}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RedisExtension.OfCluster.class)
public @interface RedisCluster {}
