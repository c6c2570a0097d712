package dev.pawl.idgen.server;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a key may be let in for. */
enum Scope {
    /** Ids, segments, and what an id says. */
    IDS_READ("ids:read"),
    /** Changes of tags and of worker leases. */
    TAGS_WRITE("tags:write"),
    /** What operators look at: meters, tags, worker leases. */
    ADMIN_READ("admin:read");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    static Optional<Scope> find(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }

    /** All of them, for messages. */
    static String all() {
        return Arrays.stream(values()).map(Scope::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return text;
    }
}
