package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class several Redis servers that know nothing of each other: take a {@link RedisProcesses} as a parameter of the
 * constructor or of a method. There is one set per JVM, number and
 * name; after each class all of it runs again. What is missing is
 * treated as by {@link RedisServer}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RedisExtension.OfServers.class)
public @interface RedisServers {

    /**
     * How many.
     *
     * @return at least 1
     */
    int value();

    /**
     * Whose they are: classes that name the same share them, and may run at the same time. Name a set of its own for a class that stops
     * or flushes servers.
     *
     * @return any text
     */
    String set() default "";
}
