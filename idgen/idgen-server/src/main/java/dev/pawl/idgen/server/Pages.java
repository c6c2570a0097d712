package dev.pawl.idgen.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The pages that come as they are from the jar. Thread-safe. */
final class Pages {

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "style.css", "text/css; charset=utf-8",
            "openapi.yaml", "application/yaml",
            "console/main.js", SCRIPT,
            "console/api.js", SCRIPT,
            "console/generators.js", SCRIPT,
            "console/ids.js", SCRIPT,
            "console/admin.js", SCRIPT,
            "console/dom.js", SCRIPT,
            "console/icon.svg", "image/svg+xml");

    private final Map<String, Buffer> loaded = new ConcurrentHashMap<>();

    /** A part of the console by the name in the path. */
    void console(RoutingContext ctx) {
        String name = "console/" + ctx.pathParam("file");
        if (!TYPES.containsKey(name)) {
            throw Problem.of(ProblemType.NOT_FOUND, "there is no such part of the page at the root")
                    .thrown();
        }
        serve(ctx, name);
    }

    void serve(RoutingContext ctx, String name) {
        Replies.plainHeaders(ctx.response(), Objects.requireNonNull(TYPES.get(name)));
        ctx.response().putHeader("content-security-policy", "default-src 'self'; frame-ancestors 'none'");
        ctx.response().putHeader("referrer-policy", "no-referrer");
        ctx.response().putHeader("cache-control", "no-cache");
        Buffer page = loaded.computeIfAbsent(name, Pages::load);
        ctx.response().putHeader("content-length", Integer.toString(page.length()));
        ctx.response().end(page);
    }

    private static Buffer load(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar must hold the page: page=" + name);
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
