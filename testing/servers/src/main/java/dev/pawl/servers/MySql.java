package dev.pawl.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class the MySQL server that {@code PAWL_MYSQL_URL} names, with a fresh database for the class: take a
 * {@link MySqlServer} as a parameter of the constructor or of a method. The URL is one of the MariaDB driver
 * ({@code jdbc:mariadb://host:port/?user=...}), with a user that may create databases.
 *
 * <p>Without the variable the class is skipped and says so, under {@code CI=true} too, since Debian has no MySQL.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SqlServerExtension.OfMySql.class)
public @interface MySql {}
