package dev.pawl.lock.zookeeper;

import dev.pawl.lock.spi.LockResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.zookeeper.common.PathUtils;

/**
 * Where things stand below the namespace: {@code /<kind>/<name>/<child>} for locks, and {@code /sessions} and {@code /boots} beside
 * them. A name is one segment: bytes other than letters, digits, {@code -} and {@code _} are written as {@code %XX}, so that
 * no two names share a path and none means anything to ZooKeeper.
 */
final class LockPaths {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String root;

    LockPaths(String root) {
        PathUtils.validatePath(root);
        if (root.equals("/") || root.equals("/zookeeper") || root.startsWith("/zookeeper/")) {
            throw new IllegalArgumentException(
                    "namespace must be a path below / and outside of /zookeeper: namespace=" + root);
        }
        this.root = root;
    }

    String root() {
        return root;
    }

    String kind(LockResource.Kind kind) {
        return root + '/' + kind.text();
    }

    String lock(LockResource resource) {
        return kind(resource.kind()) + '/' + encoded(resource.name());
    }

    String sessions() {
        return root + "/sessions";
    }

    String boot(String instance) {
        return root + "/boots/" + encoded(instance);
    }

    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    static String encoded(String name) {
        StringBuilder path = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain((char) b)) {
                path.append((char) b);
            } else {
                path.append('%').append(HEX.toHexDigits(b));
            }
        }
        return path.toString();
    }

    /** The resource that a segment was made of; nothing if a stranger has made it. */
    static Optional<LockResource> resource(LockResource.Kind kind, String segment) {
        try {
            LockResource resource = new LockResource(kind, decoded(segment));
            return encoded(resource.name()).equals(segment) ? Optional.of(resource) : Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String segment) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (int i = 0; i < segment.length(); i++) {
            if (segment.charAt(i) == '%') {
                name.write(HexFormat.fromHexDigits(segment, i + 1, i + 3));
                i += 2;
            } else {
                name.write(segment.charAt(i));
            }
        }
        return name.toString(StandardCharsets.UTF_8);
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
