package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a Redis with one replica and three Sentinels: take a {@link RedisSentinels} as a parameter of the constructor or
 * of a method. There is one set per JVM; after each class all of it runs again. What is missing is treated as by
 * {@link RedisServer}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RedisExtension.OfSentinel.class)
public @interface RedisSentinel {}
