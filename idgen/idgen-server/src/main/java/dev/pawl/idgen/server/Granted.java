package dev.pawl.idgen.server;

import dev.pawl.idgen.spi.Reservation.Range;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest range of each tag that went to a client from this process, and by which key. A store moves a mark back as
 * far as it is told to, and trusts whoever tells it; a client may be wrong, or lie. So a range is only taken back if it is
 * known here. One entry for each tag that has ever been asked for. Thread-safe.
 */
final class Granted {

    private final Map<String, Grant> newest = new ConcurrentHashMap<>();

    private record Grant(Range range, String key) {}

    void add(String tag, Range range, Key key) {
        newest.merge(
                tag,
                new Grant(range, key.name()),
                (one, other) -> one.range().revision() > other.range().revision() ? one : other);
    }

    /** The newest range, if it has that revision and end, and went out by that key. */
    Optional<Range> find(String tag, long revision, long last, Key key) {
        return Optional.ofNullable(newest.get(tag))
                .filter(grant -> grant.key().equals(key.name()))
                .map(Grant::range)
                .filter(range -> range.revision() == revision && range.last() == last);
    }
}
