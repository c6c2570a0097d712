package dev.pawl.lock.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one namespace. What the columns of a lock's row decide is one statement; where it does nothing, the row is read,
 * decided upon here, and written if it is still the same. Thread-safe.
 */
final class Rows {

    private static final Logger LOG = LoggerFactory.getLogger(Rows.class);
    private static final String NOTIFY = SqlText.statement("postgresql/notify.sql");
    private static final int FORMAT_VERSION = 1;
    private static final String BOOT = "boot";

    private final Connections connections;
    private final byte[] namespace;

    Rows(Connections connections, String namespace) {
        this.connections = connections;
        this.namespace = namespace.getBytes(StandardCharsets.UTF_8);
    }

    /** The key of a row, and how to read it. */
    private static final class Key {
        private final byte[] namespace;
        private final String kind;
        private final byte[] name;
        private final boolean permits;

        Key(byte[] namespace, String kind, String name, boolean permits) {
            this.namespace = namespace;
            this.kind = kind;
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.permits = permits;
        }
    }

    private Key key(LockResource resource) {
        return new Key(namespace, resource.kind().text(), resource.name(), !hasColumns(resource.kind()));
    }

    CompletionStage<AcquireAnswer> acquire(AcquireRequest request, String channel) {
        LockResource resource = request.resource();
        Key key = key(resource);
        return connections.run("acquire of " + resource, (call, dialect) -> {
            call.requireYoung();
            if (hasColumns(resource.kind())) {
                OptionalLong base = grantedByColumns(call, dialect, key, request);
                if (base.isPresent()) {
                    return new AcquireAnswer.Granted(base.getAsLong(), base.getAsLong());
                }
            }
            return decide(call, dialect, key, state -> state.acquire(request, channel));
        });
    }

    private static OptionalLong grantedByColumns(Call call, Dialect dialect, Key key, AcquireRequest request)
            throws SQLException {
        String attempt = request.attempt();
        String mention = State.mention(attempt);
        long hold = State.micros(request.terms().lease().plus(request.terms().delay()));
        return switch (dialect) {
            case H2 -> call.changed(dialect.acquire, attempt, hold, key.namespace, key.kind, key.name, mention);
            case POSTGRESQL ->
                call.changed(dialect.acquire, key.namespace, key.kind, key.name, attempt, hold, hold, mention);
            case MYSQL ->
                call.generated(
                        dialect.acquire,
                        key.namespace,
                        key.kind,
                        key.name,
                        attempt,
                        hold,
                        mention,
                        mention,
                        attempt,
                        mention,
                        mention,
                        mention,
                        hold);
        };
    }

    CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        Key key = key(grant.resource());
        long hold = State.micros(terms.lease().plus(terms.delay()));
        String mention = State.mention(grant.attempt());
        return connections.run("renewal of " + grant.resource(), (call, dialect) -> {
            Object[] parameters = {
                hold, key.namespace, key.kind, key.name, grant.attempt(), grant.base(), mention,
            };
            if (hasColumns(grant.resource().kind()) && call.update(dialect.renew, parameters)) {
                return true;
            }
            return decide(call, dialect, key, state -> state.renew(grant, terms));
        });
    }

    CompletionStage<Boolean> verify(Grant grant) {
        Key key = key(grant.resource());
        return connections.run(
                "look at " + grant.resource(),
                (call, dialect) -> decide(call, dialect, key, state -> state.stands(grant)));
    }

    CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        Key key = key(grant.resource());
        return connections.run("release of " + grant.resource(), (call, dialect) -> {
            if (hasColumns(grant.resource().kind())
                    && grant.base() != 0
                    && tombstone.isZero()
                    && call.update(dialect.release, key.namespace, key.kind, key.name, grant.attempt(), grant.base())) {
                return true;
            }
            return freeing(call, dialect, key, grant, tombstone);
        });
    }

    private static boolean freeing(Call call, Dialect dialect, Key key, Grant grant, Duration tombstone)
            throws SQLException {
        List<State.Wake> wakes = new ArrayList<>();
        boolean held = decide(call, dialect, key, state -> {
            boolean released = state.release(grant, tombstone);
            wakes.clear();
            state.wakeNext().ifPresent(wakes::add);
            return released;
        });
        for (State.Wake wake : dialect == Dialect.POSTGRESQL ? wakes : List.<State.Wake>of()) {
            wake(call, wake);
        }
        return held;
    }

    /** The release stands, whatever becomes of the message: whoever waits asks by itself as well. */
    private static void wake(Call call, State.Wake wake) {
        try {
            List<?> unused = call.read(NOTIFY, wake.channel(), wake.attempt());
        } catch (SQLException e) {
            LOG.debug("A contender could not be woken", e);
        }
    }

    CompletionStage<Boolean> refuse(Grant grant) {
        Key key = key(grant.resource());
        return connections.run(
                "refusal of a holder of " + grant.resource(),
                (call, dialect) -> decide(call, dialect, key, state -> state.refuse(grant)));
    }

    CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        Key key = key(request.resource());
        return connections.run("take-over of " + request.resource(), (call, dialect) -> {
            call.requireYoung();
            return decide(call, dialect, key, state -> state.takeOver(request, from));
        });
    }

    CompletionStage<LockDescription> describe(LockResource resource) {
        Key key = key(resource);
        return connections.run(
                "description of " + resource,
                (call, dialect) -> decide(call, dialect, key, state -> state.describe(resource)));
    }

    CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
        return connections.run("list of kind " + kind.text(), (call, dialect) -> {
            List<LockDescription> found = new ArrayList<>();
            for (List<@Nullable String> row : call.read(dialect.list, namespace, kind.text())) {
                byte[] name = HexFormat.of().parseHex(Call.text(row, 7));
                LockResource resource = new LockResource(kind, new String(name, StandardCharsets.UTF_8));
                LockDescription described = state(!hasColumns(kind), row).describe(resource);
                if (!described.holders().isEmpty() || described.waiting() > 0) {
                    found.add(described);
                }
            }
            return found;
        });
    }

    CompletionStage<Long> nextBoot(String instance) {
        Key key = new Key(namespace, BOOT, instance, false);
        return connections.run(
                "count of the starts of " + instance, (call, dialect) -> decide(call, dialect, key, State::count));
    }

    /** Makes the table; it may be there. */
    CompletionStage<Boolean> createSchema() {
        return connections.run("making table pawl_lock", (call, dialect) -> {
            try {
                List<?> unused = call.read(dialect.read, namespace, BOOT, new byte[] {0});
            } catch (SQLException e) {
                if (!Call.isMissingTable(e)) {
                    throw e;
                }
                call.create(dialect.schema);
            }
            return true;
        });
    }

    /** A semaphore's holders do not fit into columns. */
    private static boolean hasColumns(LockResource.Kind kind) {
        return kind != LockResource.Kind.SEMAPHORE;
    }

    /**
     * Reads, decides, and writes if the row is still the same, until it is. Of those who contend for a row one always wins, so that
     * this ends with the time limit for the unlucky only.
     */
    private static <T> T decide(Call call, Dialect dialect, Key key, Function<State, T> decision) throws SQLException {
        while (true) {
            List<@Nullable String> row =
                    call.read(dialect.read, key.namespace, key.kind, key.name).get(0);
            State state = state(key.permits, row);
            T answer = decision.apply(state);
            if (!state.isChanged() || isWritten(call, dialect, key, state, revision(row))) {
                return answer;
            }
            call.requireTime();
        }
    }

    private static boolean isWritten(Call call, Dialect dialect, Key key, State state, Optional<Long> revision)
            throws SQLException {
        if (revision.isPresent()) {
            return call.update(
                    dialect.write,
                    state.counter(),
                    state.holder(),
                    state.until(),
                    state.more(),
                    state.moreUntil(),
                    key.namespace,
                    key.kind,
                    key.name,
                    revision.get());
        }
        // A row that was deleted comes back with another revision: a request of the old one's time does not fit it.
        return call.update(
                dialect.insert,
                key.namespace,
                key.kind,
                key.name,
                state.counter(),
                state.holder(),
                state.until(),
                state.more(),
                state.moreUntil(),
                state.now());
    }

    private static Optional<Long> revision(List<@Nullable String> row) {
        return Optional.ofNullable(row.get(5)).map(Long::valueOf);
    }

    private static State state(boolean permits, List<@Nullable String> row) {
        long now = Long.parseLong(Call.text(row, 0));
        if (row.get(1) == null) {
            return new State(permits, now, 0, "", 0, "");
        }
        long format = Long.parseLong(Call.text(row, 6));
        if (format != FORMAT_VERSION) {
            throw new BackendException(
                    "format version of a lock must be " + FORMAT_VERSION + ": format_version=" + format,
                    Outcome.NOT_APPLIED,
                    null);
        }
        return new State(
                permits,
                now,
                Long.parseLong(Call.text(row, 1)),
                Call.text(row, 2),
                Long.parseLong(Call.text(row, 3)),
                Call.text(row, 4));
    }
}
