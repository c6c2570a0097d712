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

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "style.css", "text/css; charset=utf-8",
            "openapi.yaml", "application/yaml");

    private final Map<String, Buffer> loaded = new ConcurrentHashMap<>();

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
