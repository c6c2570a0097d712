package dev.pawl.idgen.jdbc;

import java.nio.file.Path;

/**
 * The JDBC URL of an embedded H2 database that does not lose what it acknowledged.
 *
 * <p>H2's defaults write a commit to the file up to half a second later, so that a killed process loses acknowledged
 * ranges and hands them out again. The URL turns that delay off ({@code WRITE_DELAY=0}), which a killed process survives;
 * {@link JdbcSegmentStore} runs {@code CHECKPOINT SYNC} after every change, which a power failure survives, provided
 * that the disk honours fsync.
 *
 * <p>The URL also keeps H2 from closing the database by itself when the JVM ends ({@code DB_CLOSE_ON_EXIT=FALSE}), since
 * a program that ends cleanly still wants to give its unused numbers back then. The database closes with its last
 * connection. One process at a time can open the file; H2 refuses a second one.
 */
public final class EmbeddedH2 {

    private EmbeddedH2() {}

    /**
     * Returns the URL of a database in a file. Does no I/O.
     *
     * @param file the database's file without the ending {@code .mv.db}, which H2 adds; relative to the working
     *     directory unless absolute
     * @return the URL for {@code java.sql.DriverManager} or a pool
     * @throws IllegalArgumentException if the path has no file name, or contains a semicolon, which ends the path in a
     *     URL of H2
     */
    public static String url(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        if (absolute.getFileName() == null || file.toString().isEmpty()) {
            throw new IllegalArgumentException("file must have a name: file=" + file);
        }
        if (absolute.toString().indexOf(';') >= 0) {
            throw new IllegalArgumentException("file must not contain a semicolon: file=" + absolute);
        }
        return "jdbc:h2:file:" + absolute + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    }
}
