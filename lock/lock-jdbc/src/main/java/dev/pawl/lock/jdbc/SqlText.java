package dev.pawl.lock.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** Reads a statement from its file: one operation a file, under a header that says what it does. */
final class SqlText {

    private SqlText() {}

    /** Returns the statement without its header and its semicolon. */
    static String statement(String file) {
        String statement = file(file)
                .lines()
                .filter(line -> !line.startsWith("--"))
                .collect(Collectors.joining("\n"))
                .strip();
        return statement.endsWith(";") ? statement.substring(0, statement.length() - 1) : statement;
    }

    /** Returns the whole file. */
    static String file(String file) {
        try (InputStream in = SqlText.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("file must be in the jar: file=" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
