package dev.pawl.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The lines of a file, read while its process goes on writing; one that is not finished is left out. For use by one thread. */
final class FileTail<L> {

    private final Path file;
    private final Function<String, L> parser;
    private long read;

    FileTail(Path file, Function<String, L> parser) {
        this.file = file;
        this.parser = parser;
    }

    List<L> more() throws IOException {
        List<L> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) (open.length() - read)];
            open.seek(read);
            open.readFully(bytes);
            int begin = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    lines.add(parser.apply(new String(bytes, begin, i - begin, StandardCharsets.UTF_8)));
                    begin = i + 1;
                }
            }
            read += begin;
        }
        return lines;
    }
}
