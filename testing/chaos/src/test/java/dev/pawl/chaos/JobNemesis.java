package dev.pawl.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.chaos.JobEffects.Caught;
import dev.pawl.chaos.JobLine.Step;
import dev.pawl.chaos.JobVerdict.Window;
import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import dev.pawl.servers.CuttingProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Fires faults, aimed at a worker in the middle of a job where one is meant, and asserts of each that it was there: a fault is seen
 * when the history, the resource, or what the store tells of itself, shows what only it does. For use by one thread.
 */
final class JobNemesis {

    private static final Duration STEP = Duration.ofMinutes(10);
    private static final Duration CLEARLY = Duration.ofMinutes(9);
    private static final Duration WITHOUT_REPLIES = Duration.ofMillis(700);
    private static final Duration WITHOUT_A_WAY = Duration.ofMillis(300);
    private static final Duration NOT_REPLICATED = Duration.ofSeconds(1);
    private static final Duration UNTIL_IT_IS_LOST = Duration.ofSeconds(2);
    private static final Duration UNTIL_IT_IS_KNOWN = Duration.ofMillis(500);
    private static final int SOME = 20;

    private final JobScene scene;
    private final RedisUnderFault store;
    private final JobEffects effects;
    private final JobHistory history;
    private final JobProcesses processes;
    private final Random random;
    private final List<Window> losses = new ArrayList<>();

    JobNemesis(JobScene scene, Random random) {
        this.scene = scene;
        this.random = random;
        store = scene.store();
        effects = scene.effects();
        history = scene.history();
        processes = scene.processes();
    }

    /** When the store may have lost what it confirmed. */
    List<Window> losses() {
        return List.copyOf(losses);
    }

    /** Returns when the fault was seen and has ended. */
    void fire(JobFault fault) throws IOException, InterruptedException {
        switch (fault) {
            case WORKER_PAUSED -> pauseWorker();
            case WORKER_KILLED -> killWorker();
            case PRODUCER_KILLED -> killProducer();
            case SERVER_KILLED -> killServer();
            case REPLIES_DROPPED -> dropReplies();
            case ENQUEUE_CUT -> cut(scene.toProducers(), "enqueue");
            case CLAIM_CUT -> cut(scene.toWorkers(), "claim");
            case ACK_CUT -> cut(scene.toWorkers(), "ack");
            case CLOCK_FORWARD -> moveClock(STEP);
            case CLOCK_BACK -> moveClock(STEP.negated());
            case PROMOTED -> promote();
        }
        scene.awaitEffects(SOME);
    }

    private void pauseWorker() {
        int from = history.refresh();
        Caught caught = effects.catchEffect();
        processes.pause(caught.process());
        try {
            awaitDone(caught);
        } finally {
            caught.letGo();
            processes.resume(caught.process());
        }
        awaitSeen("the guard refuses the effect", () -> effects.isRefused(caught.key(), caught.token()));
        awaitSeen(
                "the store refuses the acknowledgement",
                () -> history.sees(
                        from,
                        line -> line.step() == Step.ACK_REFUSED
                                && line.process().equals(caught.process())
                                && line.key().equals(caught.key())));
    }

    private void killWorker() {
        Caught caught = effects.catchEffect();
        processes.kill(caught.process());
        caught.drop();
        if (scene.setup().kind().redelivers()) {
            awaitDone(caught);
        }
    }

    /** What the caught one had is another's. */
    private void awaitDone(Caught caught) {
        awaitSeen("another worker has the job of " + caught, () -> effects.isDone(caught.key()));
    }

    private void killProducer() {
        List<String> producers = processes.producers();
        String one = producers.get(random.nextInt(producers.size()));
        int from = history.refresh();
        awaitSeen(
                one + " enqueues",
                () -> history.sees(
                        from,
                        line -> line.step() == Step.ENQUEUING && line.process().equals(one)));
        processes.kill(one);
    }

    private void killServer() throws IOException, InterruptedException {
        int from = history.refresh();
        store.kill();
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
        store.start();
    }

    private void dropReplies() {
        int from = history.refresh();
        scene.proxies().forEach(proxy -> proxy.dropReplies(true));
        Await.pass(WITHOUT_REPLIES);
        scene.proxies().forEach(CuttingProxy::cutAll); // what was swallowed never comes, as after a reset
        scene.proxies().forEach(proxy -> proxy.dropReplies(false));
        awaitSeen("requests that failed", () -> history.sees(from, line -> line.step() == Step.FAILED));
    }

    /** The server has done it; whoever asked learns of it only after others have gone on for a while. */
    private void cut(CuttingProxy proxy, String operation) {
        int from = history.refresh();
        String part = scene.setup().digest(operation);
        int before = proxy.repliesLost();
        try {
            awaitSeen("an unanswered " + operation, () -> {
                int lost = proxy.repliesLost();
                Deadline patience = Deadline.after(UNTIL_IT_IS_LOST, Ticker.system());
                proxy.cutReplyTo(part);
                Await.until(
                        "a reply that is lost", Await.PATIENCE, () -> proxy.repliesLost() > lost || patience.expired());
                if (proxy.repliesLost() == lost) {
                    return false; // the connection ended by itself, and took the order with it
                }
                proxy.refuse(true);
                Await.pass(WITHOUT_A_WAY);
                proxy.refuse(false);
                Deadline known = Deadline.after(UNTIL_IT_IS_KNOWN, Ticker.system());
                Await.until(
                        "it is known", Await.PATIENCE, () -> history.seesFailed(from, operation) || known.expired());
                return proxy.repliesLost() > before && history.seesFailed(from, operation);
            });
        } finally {
            proxy.cutNoReply();
            proxy.refuse(false);
        }
    }

    private void moveClock(Duration ahead) throws IOException {
        set(ahead);
        scene.awaitEffects(scene.setup().pace().faulty());
        Duration far = store.ahead();
        assertThat(far.abs()).as("how far the server's clock is ahead").isGreaterThan(CLEARLY);
        assertThat(far.isNegative()).isEqualTo(ahead.isNegative());
        set(Duration.ZERO);
        scene.awaitEffects(scene.setup().pace().faulty());
    }

    /** Moves the server's clock, if it can be, so far that everything is due. */
    void makeAllDue() throws IOException {
        if (store.hasMovableClock()) {
            set(STEP.multipliedBy(2));
        }
    }

    private void set(Duration ahead) throws IOException {
        long begun = Ticker.system().nanos();
        store.clock().move(ahead);
        // The server may have read the clock before, and go by that in the script that it is running.
        Await.pass(Duration.ofMillis(50));
        scene.time().moved(begun, Ticker.system().nanos(), ahead);
    }

    private void promote() throws IOException, InterruptedException {
        ReplicatedRedis pair = store.pair();
        long from = Ticker.system().nanos();
        pair.holdBack();
        scene.awaitEffects(scene.setup().pace().faulty() / 2);
        pair.promote();
        scene.proxies().forEach(proxy -> proxy.retarget(pair.replica().port()));
        // What was written just before had not left the primary either.
        losses.add(new Window(from - NOT_REPLICATED.toNanos(), Ticker.system().nanos()));
        pair.renew();
    }

    /** A fault that shows nowhere proves nothing. */
    private void awaitSeen(String what, BooleanSupplier condition) {
        try {
            Await.until(what, Await.PATIENCE, () -> {
                processes.requireRunning();
                return condition.getAsBoolean();
            });
        } catch (AssertionError e) {
            throw new AssertionError("inconclusive, not seen: " + what, e);
        }
    }
}
