package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.IdConnection.Refusal;
import dev.pawl.chaos.ServiceMember.Pace;
import dev.pawl.chaos.SharedStorePlan.Fault;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Leads several services on one PostgreSQL through the faults of a plan, with clients on all generators of each and the
 * same generators in this process, and asserts of each fault that it was there. What the ids are worth, the histories'
 * verdicts say.
 */
final class SharedStoreRound implements AutoCloseable {

    /** Used up within a second, so that an outage is felt. */
    static final long GREATEST_STEP = 100_000;

    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final Duration PAST_THE_WINDOW = WINDOW.plusMillis(500);
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration CLEARLY = Duration.ofMinutes(50);
    private static final Refusal WITHOUT_STORE = new Refusal(503, "store-unavailable", true);
    private static final Refusal CLOCK_SKEW = new Refusal(503, "clock-skew", true);
    static final String CONFIG = "pawl:\n  built-in: true\n  generators:\n    orders: {kind: segment, step:"
            + " {floor: 1000, ceiling: " + GREATEST_STEP + "}}\n";

    private final PostgresServer server;
    private final String url;
    private final Random random;
    private final Histories histories = new Histories();
    private final List<ServiceMember> members;
    private final MovableClock clock = new MovableClock();
    private final Map<Fault, List<Long>> millisUntilIds = new LinkedHashMap<>();
    private int lives;
    private EmbeddedIds embedded;

    /** Starts services, each with its clients, and the generators in process. */
    SharedStoreRound(PostgresServer server, List<IdService> services, Pace pace, Random random)
            throws IOException, SQLException {
        this.server = server;
        this.random = random;
        this.url = server.newDatabase();
        this.members = services.stream()
                .map(service -> new ServiceMember(service.with("PAWL_STORE_URL", url), histories, pace))
                .toList();
        try {
            for (ServiceMember member : members) {
                member.start(++lives, Duration.ZERO);
            }
            embedded = new EmbeddedIds(url, ++lives, histories, Map.of(), clock);
        } catch (Throwable e) {
            members.forEach(ServiceMember::close);
            throw e;
        }
    }

    Histories histories() {
        return histories;
    }

    void run(SharedStorePlan plan) throws IOException, InterruptedException {
        for (Fault fault : plan.faults()) {
            members.forEach(ServiceMember::awaitLoad);
            embedded.requireNoError();
            switch (fault) {
                case KILL, KILL_AND_CLOCK_BACK, KILL_AND_CLOCK_AHEAD -> kill(fault, any());
                case PAUSE, PAUSE_AND_WAKE_UP_WITHOUT_STORE -> pause(fault, whoIssues());
                case CLOCK_JUMPS -> jump(any());
                case CLOCK_IN_PROCESS_MOVES -> moveClockInProcess();
                case STORE_STOPPED, STORE_KILLED, STORE_PAUSED -> withoutStore(fault);
            }
        }
        members.forEach(ServiceMember::awaitLoad);
    }

    private ServiceMember any() {
        return members.get(random.nextInt(members.size()));
    }

    /** The service that gave most ids within the last moment. */
    private ServiceMember whoIssues() {
        Map<ServiceMember, Long> before = new LinkedHashMap<>();
        members.forEach(member -> before.put(member, given(member.life())));
        Await.pass(Duration.ofMillis(20 + random.nextInt(100)));
        ServiceMember found = members.stream()
                .max(Comparator.comparing(member -> given(member.life()) - before.get(member)))
                .orElseThrow();
        assertThat(given(found.life())).as("ids of %s before the pause", found).isGreaterThan(before.get(found));
        return found;
    }

    private long given(int life) {
        return histories.all().stream().mapToLong(history -> history.size(life)).sum();
    }

    private void kill(Fault fault, ServiceMember member) throws IOException {
        int before = member.life();
        member.kill();
        if (fault == Fault.KILL_AND_CLOCK_AHEAD) {
            ChildProcess refused = member.service().startInVain(HOUR);
            assertThat(refused.exitCode(Duration.ZERO)).isOne();
            assertThat(refused.log()).contains("the clock is too far from the store's");
        }
        member.start(++lives, fault == Fault.KILL_AND_CLOCK_BACK ? HOUR.negated() : Duration.ZERO);
        member.awaitLoad();
        for (IdHistory history : histories.timeBased()) {
            Instant first = histories.first(history, member.life()).instant();
            Duration behind = Duration.between(first, Clock.systemUTC().instant());
            assertThat(behind.compareTo(CLEARLY) > 0)
                    .as("%s begins with ids of %s, after life %s", member, first, before)
                    .isEqualTo(fault == Fault.KILL_AND_CLOCK_BACK);
        }
    }

    private void pause(Fault fault, ServiceMember member) throws IOException, InterruptedException {
        if (member.isBehind()) {
            // Its ticks have passed for the others, who may have taken its worker ids: it hears of that with a renewal.
            Await.pass(WINDOW.dividedBy(2));
        }
        Map<String, Integer> workers = histories.workers(member.life());
        member.process().process().pause();
        Await.pass(Duration.ofMillis(100)); // what the kernel had taken before may still arrive
        long paused = given(member.life());
        Await.pass(PAST_THE_WINDOW);
        try (EmbeddedIds successor = new EmbeddedIds(url, ++lives, histories, workers, Clock.systemUTC())) {
            awaitIds("ids of the successor", successor.life());
            assertThat(histories.workers(successor.life()))
                    .as("worker ids of the successor")
                    .isEqualTo(workers);
            assertThat(given(member.life()))
                    .as("ids of %s while it is paused", member)
                    .isEqualTo(paused);
            if (fault == Fault.PAUSE_AND_WAKE_UP_WITHOUT_STORE) {
                server.pause();
                member.process().process().resume();
                // The successor goes on in the worker ids and the ticks that the paused one would issue if it trusted
                // its lease.
                Await.pass(WINDOW.dividedBy(2));
                server.resume();
            } else {
                member.process().process().resume();
            }
            long start = Ticker.system().nanos();
            Await.until(
                    member + " goes on with other worker ids",
                    SOON,
                    () -> histories.timeBased().stream()
                            .allMatch(history ->
                                    histories.last(history, member.life()).workerId()
                                            != workers.get(history.generator())));
            noteMillis(fault, start);
            awaitIds("ids after the pause", member.life());
        }
    }

    /** While a service issues, its clock jumps ahead: it goes on with what needs no clock. */
    private void jump(ServiceMember member) throws IOException {
        member.kill();
        Path file = member.service().folder().resolve("clock");
        member.began(++lives, member.service().startWithMovableClock(file));
        member.awaitLoad();
        // Its timers jump, too, and may end connections.
        member.load().faultComes();
        FakeClock.move(file, HOUR);
        for (IdHistory history : histories.timeBased()) {
            Await.until(
                    "the clock's jump is felt by " + history.generator(),
                    Await.PATIENCE,
                    () -> isRefused(member, history, CLOCK_SKEW));
            assertThat(histories.last(history, member.life()).instant())
                    .isBefore(Clock.systemUTC().instant().plus(Duration.ofMinutes(1)));
        }
        assertThat(member.process().isReady()).as("ready with a clock ahead").isFalse();
        for (int i = 0; i < 1000; i++) {
            assertThat(member.ask(histories.orders)).as("refusal of orders").isEmpty();
        }
        member.kill();
        member.start(++lives, Duration.ZERO);
    }

    private static boolean isRefused(ServiceMember member, IdHistory history, Refusal kind) {
        try {
            return member.ask(history).equals(Optional.of(kind));
        } catch (IOException e) {
            return false;
        }
    }

    private void moveClockInProcess() {
        for (Duration shift : List.of(HOUR, HOUR.negated())) {
            Class<?> expected = shift.isNegative() ? ClockMovedBackException.class : ClockSkewException.class;
            Growth failures = new Growth();
            histories
                    .timeBased()
                    .forEach(history -> failures.of(history.generator(), () -> embedded.failures(history, expected)));
            clock.move(shift);
            failures.await(expected + " in process", Await.PATIENCE);
            clock.move(Duration.ZERO);
            goesOn(Fault.CLOCK_IN_PROCESS_MOVES, Stream.of(embedded.life()));
        }
    }

    private void withoutStore(Fault fault) throws IOException, InterruptedException {
        Growth refusals = new Growth();
        members.forEach(member -> histories
                .all()
                .forEach(history -> refusals.of(
                        "refusals of " + history.generator() + " by " + member,
                        () -> member.refusals(history, WITHOUT_STORE))));
        long start = Ticker.system().nanos();
        switch (fault) {
            case STORE_STOPPED -> server.stop();
            case STORE_KILLED -> server.kill();
            default -> server.pause();
        }
        refusals.await("a 503 with Retry-After of every generator", Await.PATIENCE);
        members.forEach(member -> Await.until(
                member + " is not ready",
                Await.PATIENCE,
                () -> !member.process().isReady()));
        assertThat(Duration.ofNanos(Ticker.system().nanos() - start)).isGreaterThan(WINDOW);
        long without = histories.size();
        Await.pass(Duration.ofMillis(200));
        assertThat(histories.size()).as("ids at the end of %s", fault).isEqualTo(without);
        if (fault == Fault.STORE_PAUSED) {
            server.resume();
        } else {
            server.start();
        }
        goesOn(fault, Stream.concat(members.stream().map(ServiceMember::life), Stream.of(embedded.life())));
    }

    /** Waits for the next ids of each life and generator; longer than promised fails. */
    private void goesOn(Fault fault, Stream<Integer> someLives) {
        long start = Ticker.system().nanos();
        Growth.ofIds(histories, someLives).await("ids go on after " + fault, SOON);
        noteMillis(fault, start);
    }

    private void noteMillis(Fault fault, long startNanos) {
        millisUntilIds
                .computeIfAbsent(fault, key -> new ArrayList<>())
                .add((Ticker.system().nanos() - startNanos) / 1_000_000);
    }

    private void awaitIds(String what, int life) {
        Growth ids = Growth.ofIds(histories, Stream.of(life));
        Await.until(what, Await.PATIENCE, () -> ids.by(1000));
    }

    /** Goes on without faults until enough ids are there, and then stops everything as an operator does. */
    void finish(long ids) {
        Await.until("enough ids", Duration.ofMinutes(10), () -> {
            members.forEach(member -> member.load().requireNoError());
            embedded.requireNoError();
            return histories.size() >= ids;
        });
        embedded.close();
        members.forEach(ServiceMember::stop);
    }

    /** What happened, for the build's log. */
    String summary(SharedStorePlan plan) {
        return plan.kills() + " kills, faults " + plan.counts() + ", " + histories.size() + " ids (orders "
                + histories.orders.size() + ", snowflake " + histories.snowflake.size() + ", sonyflake "
                + histories.sonyflake.size() + ") of " + lives + " lives, "
                + members.stream().mapToInt(ServiceMember::broken).sum() + " requests broken, "
                + members.stream().mapToLong(ServiceMember::refused).sum() + " refused, ms until ids go on "
                + millisUntilIds;
    }

    @Override
    public void close() {
        members.forEach(ServiceMember::close);
        embedded.close();
    }
}
