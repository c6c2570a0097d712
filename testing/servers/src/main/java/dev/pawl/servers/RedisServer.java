package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a Redis: take a {@link RedisProcess} as a parameter of the constructor or of a method. It is one per JVM
 * and set of settings, so take {@link RedisProcess#newPrefix()} for keys. It may be killed and paused, and runs again for the next class. Where
 * no redis-server is installed, the class is skipped, or fails under {@code CI=true}, and says what to install.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RedisExtension.OfServer.class)
public @interface RedisServer {

    /**
     * Directives of redis.conf beyond the defaults, as {@code name value}.
     *
     * @return the settings
     */
    String[] settings() default {};
}
