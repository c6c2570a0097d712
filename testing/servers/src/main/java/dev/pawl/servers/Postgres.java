package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a PostgreSQL server, with a fresh database for the class: take a {@link PostgresServer} as a
 * parameter of the constructor or of a method.
 *
 * <p>The server is the one that {@code PAWL_POSTGRES_URL} names (a JDBC URL with a user that may create databases), else a
 * process of this machine's binaries, one per JVM and set of arguments. Where there is neither, the class is skipped,
 * or fails under {@code CI=true}, and says what to install.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SqlServerExtension.OfPostgres.class)
public @interface Postgres {

    /**
     * Settings of the server beyond its defaults, as {@code name=value}. They ask for a process: a server that is given
     * by a URL is not used then.
     *
     * @return the settings
     */
    String[] settings() default {};
}
