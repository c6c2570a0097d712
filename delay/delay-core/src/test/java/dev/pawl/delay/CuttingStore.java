package dev.pawl.delay;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.HeadListener;
import dev.pawl.delay.spi.JobSession;
import dev.pawl.delay.spi.JobStore;
import dev.pawl.delay.spi.JobStoreGuarantees;
import dev.pawl.delay.spi.Partition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store between which and its clients requests, answers and hints can be lost or held. */
final class CuttingStore implements JobStore {

    private enum Fate {
        NOT_APPLIED,
        REPLY_LOST,
        HELD
    }

    /** A request as it was sent. */
    record Call(String method, List<Object> arguments) {}

    private final JobStore store;
    private final Map<String, List<Fate>> fates = new HashMap<>();
    private final List<Runnable> held = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    private boolean deaf;

    CuttingStore(JobStore store) {
        this.store = store;
    }

    /** The next requests of this kind do not arrive. */
    void lose(String method, int count) {
        add(method, Fate.NOT_APPLIED, count);
    }

    /** The answers to the next requests of this kind do not arrive. */
    void loseReply(String method, int count) {
        add(method, Fate.REPLY_LOST, count);
    }

    /** The next request of this kind is applied, and its answer waits for {@link #release}. */
    void hold(String method) {
        add(method, Fate.HELD, 1);
    }

    void release() {
        List<Runnable> all = List.copyOf(held);
        held.clear();
        all.forEach(Runnable::run);
    }

    /** From now on everything arrives. */
    void heal() {
        fates.clear();
    }

    /** No hint arrives. */
    void loseHints() {
        deaf = true;
    }

    long count(String method) {
        return calls.stream().filter(call -> call.method.equals(method)).count();
    }

    private void add(String method, Fate fate, int count) {
        for (int i = 0; i < count; i++) {
            fates.computeIfAbsent(method, name -> new ArrayList<>()).add(fate);
        }
    }

    @Override
    public JobStoreGuarantees guarantees() {
        return store.guarantees();
    }

    @Override
    public Duration retryHorizon() {
        return store.retryHorizon();
    }

    @Override
    public String issuer(Partition partition) {
        return store.issuer(partition);
    }

    @Override
    public JobSession open(String id, HeadListener listener) {
        JobSession session = store.open(id, new HeadListener() {
            @Override
            public void sooner(Partition partition, Head head) {
                if (!deaf) {
                    listener.sooner(partition, head);
                }
            }

            @Override
            public void missed() {
                listener.missed();
            }
        });
        return (JobSession) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {JobSession.class},
                (proxy, method, arguments) -> call(session, method, arguments));
    }

    @Override
    public void close() {
        store.close();
    }

    private Object call(JobSession session, Method method, Object[] arguments) throws IllegalAccessException {
        String name = method.getName();
        calls.add(new Call(name, arguments == null ? List.of() : List.of(arguments)));
        List<Fate> planned = fates.getOrDefault(name, new ArrayList<>());
        Fate fate = planned.isEmpty() ? null : planned.remove(0);
        if (fate == Fate.NOT_APPLIED) {
            return CompletableFuture.failedFuture(new BackendException("lost", Outcome.NOT_APPLIED, null));
        }
        Object answer;
        try {
            answer = method.invoke(session, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
        if (fate == Fate.REPLY_LOST) {
            return CompletableFuture.failedFuture(new BackendException("reply lost", Outcome.UNKNOWN, null));
        }
        return fate == Fate.HELD ? later((CompletionStage<?>) answer) : answer;
    }

    private <T> CompletionStage<T> later(CompletionStage<T> answer) {
        CompletableFuture<T> result = new CompletableFuture<>();
        held.add(() -> answer.whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }
}
