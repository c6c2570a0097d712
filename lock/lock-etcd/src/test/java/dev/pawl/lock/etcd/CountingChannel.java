package dev.pawl.lock.etcd;

import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what is called, and loses or delays answers where a test wants that. */
final class CountingChannel implements ClientInterceptor {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger lostTxnAnswers = new AtomicInteger();
    /** So many of the next answers to transactions wait for {@link #answering}. */
    final AtomicInteger lateTxnAnswers = new AtomicInteger();

    volatile CompletableFuture<Boolean> answering = CompletableFuture.completedFuture(true);
    final List<TxnRequest> transactions = new CopyOnWriteArrayList<>();
    final List<Long> watchedFrom = new CopyOnWriteArrayList<>();
    /** What is sent to watch waits for this. */
    volatile CompletableFuture<Boolean> watching = CompletableFuture.completedFuture(true);
    /** Events come late: never. */
    volatile boolean withoutEvents;

    /** What was called since the last look. */
    List<String> calls() {
        List<String> seen = new ArrayList<>(calls);
        calls.clear();
        return seen;
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        String name = method.getFullMethodName();
        String called = name.substring(name.lastIndexOf('/') + 1);
        calls.add(called);
        boolean lost = called.equals("Txn") && isNext(lostTxnAnswers);
        boolean late = called.equals("Txn") && isNext(lateTxnAnswers);
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                Listener<R> heard = late ? new Late<>(listener, answering) : new WithoutEvents<>(listener);
                super.start(lost ? new Losing<>(listener) : heard, headers);
            }

            @Override
            public void sendMessage(Q message) {
                if (message instanceof TxnRequest transaction) {
                    transactions.add(transaction);
                }
                if (message instanceof WatchRequest request) {
                    if (request.hasCreateRequest()) {
                        watchedFrom.add(request.getCreateRequest().getStartRevision());
                    }
                    CompletableFuture<Void> unused = watching.thenAccept(begun -> super.sendMessage(message));
                } else {
                    super.sendMessage(message);
                }
            }
        };
    }

    private static boolean isNext(AtomicInteger some) {
        return some.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private static final class Late<R> extends SimpleForwardingClientCallListener<R> {

        private CompletableFuture<Void> before;

        Late(ClientCall.Listener<R> listener, CompletableFuture<Boolean> answering) {
            super(listener);
            before = answering.thenAccept(now -> {});
        }

        @Override
        public void onMessage(R message) {
            before = before.thenRun(() -> super.onMessage(message));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            before = before.thenRun(() -> super.onClose(status, trailers));
        }
    }

    private final class WithoutEvents<R> extends SimpleForwardingClientCallListener<R> {

        WithoutEvents(ClientCall.Listener<R> listener) {
            super(listener);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void onMessage(R message) {
            boolean lost = withoutEvents && message instanceof WatchResponse;
            super.onMessage(
                    lost
                            ? (R) ((WatchResponse) message)
                                    .toBuilder().clearEvents().build()
                            : message);
        }
    }

    private static final class Losing<R> extends SimpleForwardingClientCallListener<R> {

        Losing(ClientCall.Listener<R> listener) {
            super(listener);
        }

        @Override
        public void onMessage(R message) {
            // lost
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            super.onClose(Status.UNAVAILABLE.withDescription("connection was cut"), trailers);
        }
    }
}
