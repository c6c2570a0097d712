package dev.pawl.architecture;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The Java in a document: each block is the body of a method, whose parameters a comment before it may name
 * ({@code <!-- given: javax.sql.DataSource dataSource -->}).
 */
record Snippets(Path document, List<String> bodies) {

    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- given: (?<given>[^\\n]*?) -->\\n)?```java\\n(?<body>.*?)```", Pattern.DOTALL);

    private static final List<String> IMPORTS = List.of(
            "dev.pawl.common.*",
            "dev.pawl.delay.*",
            "dev.pawl.delay.jackson.*",
            "dev.pawl.delay.memory.*",
            "dev.pawl.delay.redis.*",
            "dev.pawl.delay.spi.*",
            "dev.pawl.etcd.*",
            "dev.pawl.fencing.*",
            "dev.pawl.fencing.etcd.*",
            "dev.pawl.fencing.http.*",
            "dev.pawl.fencing.redis.*",
            "dev.pawl.fencing.zookeeper.*",
            "dev.pawl.idgen.*",
            "dev.pawl.idgen.client.*",
            "dev.pawl.idgen.codec.*",
            "dev.pawl.idgen.jdbc.*",
            "dev.pawl.idgen.layout.*",
            "dev.pawl.idgen.segment.*",
            "dev.pawl.idgen.snowflake.*",
            "dev.pawl.idgen.spi.*",
            "dev.pawl.idgen.store.*",
            "dev.pawl.lock.*",
            "dev.pawl.lock.etcd.*",
            "dev.pawl.lock.jdbc.*",
            "dev.pawl.lock.memory.*",
            "dev.pawl.lock.redis.*",
            "dev.pawl.lock.zookeeper.*",
            "dev.pawl.redis.*",
            "dev.pawl.redis.lettuce.*",
            "dev.pawl.redis.redisson.*",
            "dev.pawl.wheel.*",
            "io.lettuce.core.RedisClient",
            "io.lettuce.core.RedisURI",
            "java.net.URI",
            "java.net.http.*",
            "java.nio.charset.StandardCharsets",
            "java.nio.file.*",
            "java.time.*",
            "java.util.*",
            "java.util.concurrent.*",
            "org.apache.zookeeper.Op",
            "org.apache.zookeeper.ZooKeeper");

    static Snippets of(Path document) throws IOException {
        List<String> bodies = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(document));
        while (block.find()) {
            String given = block.group("given") == null ? "" : block.group("given");
            bodies.add("static void snippet(" + given + ") throws Exception {\n" + block.group("body") + "\n}");
        }
        return new Snippets(document, bodies);
    }

    /** What javac has to say against them; nothing if they compile. */
    String compile(Path output) {
        StringWriter complaints = new StringWriter();
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        for (String body : bodies) {
            StringBuilder source = new StringBuilder();
            IMPORTS.forEach(name -> source.append("import ").append(name).append(";\n"));
            source.append("class Snippet {\n").append(body).append("\n}\n");
            javac.getTask(
                            complaints,
                            null,
                            null,
                            List.of("-proc:none", "-d", output.toString()),
                            null,
                            List.of(new Source(source.toString())))
                    .call();
        }
        return complaints.toString();
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String text) {
            super(URI.create("string:///Snippet.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
