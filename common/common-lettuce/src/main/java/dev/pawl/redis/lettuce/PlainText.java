package dev.pawl.redis.lettuce;

import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of connections that go to another host without TLS: whoever listens there reads the password, and can take any lock. */
final class PlainText {

    private static final Logger LOG = LoggerFactory.getLogger(PlainText.class);
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private PlainText() {}

    /** Once for each host. */
    static void warn(Iterable<RedisURI> uris) {
        for (RedisURI uri : uris) {
            for (String host : hostsInPlainText(uri)) {
                if (TOLD.add(host)) {
                    LOG.warn("Redis is reached without TLS, though it is on another host: host={}", host);
                }
            }
        }
    }

    /** The other hosts that a URI, or a Sentinel that it names, has in plain text. */
    static List<String> hostsInPlainText(RedisURI uri) {
        List<String> hosts = new ArrayList<>();
        if (!uri.isSsl() && uri.getHost() != null && !isThisHost(uri.getHost())) {
            hosts.add(uri.getHost());
        }
        uri.getSentinels().forEach(sentinel -> hosts.addAll(hostsInPlainText(sentinel)));
        return hosts;
    }

    /** By its text: a name is not looked up for a warning. */
    private static boolean isThisHost(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1") || host.equals("[::1]");
    }
}
