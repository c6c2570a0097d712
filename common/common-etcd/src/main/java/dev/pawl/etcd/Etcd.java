package dev.pawl.etcd;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to etcd, to be shared by all that this process does there. Its calls take and give the messages of etcd's protocol, as
 * jetcd has compiled them. Nothing is ever sent twice by the connection itself, but for a call that the server refused because it
 * wanted a new login: a repeated transaction is the caller's decision.
 *
 * <p>Calls end with a {@link BackendException}: {@link Outcome#NOT_APPLIED} if the server refused or was not reached,
 * {@link Outcome#UNKNOWN} if it did not answer in time or the connection broke. Thread-safe; no method blocks. Stages complete on the
 * threads of the network, which must not be blocked.
 */
public final class Etcd implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Etcd.class);
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final Channel bare;
    private final @Nullable ManagedChannel own;
    private final Optional<EtcdOptions.Login> login;
    private final long timeoutNanos;
    private final AtomicReference<@Nullable CompletableFuture<Channel>> authorized = new AtomicReference<>();

    private Etcd(Channel channel, @Nullable ManagedChannel own, Optional<EtcdOptions.Login> login, Duration timeout) {
        Metadata leader = new Metadata();
        // A member that has lost its leader refuses at once, instead of holding the call until it times out.
        leader.put(HAS_LEADER, "true");
        this.bare = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(leader));
        this.own = own;
        this.login = login;
        this.timeoutNanos = timeout.toNanos();
    }

    /**
     * Opens a connection. The first call connects.
     *
     * @param options where etcd is
     * @return the connection, which must be closed
     */
    public static Etcd connect(EtcdOptions options) {
        if (options.credentials() instanceof InsecureChannelCredentials) {
            options.endpoints().stream()
                    .filter(endpoint -> !isLoopback(endpoint))
                    .findFirst()
                    .ifPresent(endpoint ->
                            LOG.warn("etcd is spoken to in plain text on another host: endpoint={}", endpoint));
        }
        ManagedChannel channel = Grpc.newChannelBuilder(Endpoints.target(options.endpoints()), options.credentials())
                .defaultLoadBalancingPolicy("round_robin")
                .directExecutor()
                .disableRetry()
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
        return new Etcd(channel, channel, options.login(), options.timeout());
    }

    /**
     * Uses a channel of the application's, which stays open and does what is needed to be let in.
     *
     * @param channel a channel without retries
     * @param timeout how long a call waits for its answer, positive
     * @return the connection
     */
    public static Etcd of(Channel channel, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be > 0: timeout=" + timeout);
        }
        return new Etcd(channel, null, Optional.empty(), timeout);
    }

    private static boolean isLoopback(String endpoint) {
        try {
            return InetAddress.getByName(Endpoints.address(endpoint).getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Sends a request that has one answer.
     *
     * @param <Q> the request's type
     * @param <R> the answer's type
     * @param method what is called, for example {@code KVGrpc.getTxnMethod()}
     * @param request the request
     * @return completes with the answer, or with a {@link BackendException}
     */
    public <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request) {
        return authorizedCall(method.getFullMethodName(), channel -> unary(channel, method, request));
    }

    /**
     * Renews a lease once. Unlike a client's stream of renewals it tells when each was sent: before this method returns, unless
     * a login comes first, and then later.
     *
     * @param lease the lease's id
     * @return completes with the seconds that the lease has from some moment after the sending on; 0 if it is gone
     */
    public CompletableFuture<Long> keepAliveOnce(long lease) {
        return authorizedCall("LeaseKeepAlive", channel -> {
            Single<LeaseKeepAliveResponse> answer = new Single<>();
            StreamObserver<LeaseKeepAliveRequest> stream = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(LeaseGrpc.getLeaseKeepAliveMethod(), options()), answer);
            stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            stream.onCompleted();
            return answer.result.thenApply(response -> Math.max(0, response.getTTL()));
        });
    }

    /**
     * Opens a stream that lasts, without a time limit.
     *
     * @param <Q> the type of what is sent
     * @param <R> the type of what comes
     * @param method what is called
     * @param receiver is told what comes, and of the end
     * @return completes with what sends; calls of it must come one at a time
     */
    public <Q, R> CompletableFuture<StreamObserver<Q>> stream(
            MethodDescriptor<Q, R> method, StreamObserver<R> receiver) {
        return channel()
                .thenApply(channel ->
                        ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), receiver));
    }

    /** Closes the connection, unless it is the application's. Calls under way fail. */
    @Override
    public void close() {
        if (own != null) {
            own.shutdownNow();
        }
    }

    private <T> CompletableFuture<T> authorizedCall(String what, Function<Channel, CompletableFuture<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<?> unused = channel().thenCompose(call).whenComplete((answer, failure) -> {
            Throwable cause = failure == null ? null : unwrapped(failure);
            if (cause == null) {
                result.complete(answer);
            } else if (login.isPresent() && EtcdFailures.wantsLogin(cause)) {
                authorized.set(null);
                CompletableFuture<?> unusedAgain = channel().thenCompose(call).whenComplete((again, failed) -> {
                    if (failed == null) {
                        result.complete(again);
                    } else {
                        result.completeExceptionally(EtcdFailures.of(what, unwrapped(failed)));
                    }
                });
            } else {
                result.completeExceptionally(EtcdFailures.of(what, cause));
            }
        });
        return result;
    }

    private CompletableFuture<Channel> channel() {
        if (login.isEmpty()) {
            return CompletableFuture.completedFuture(bare);
        }
        CompletableFuture<Channel> known = authorized.get();
        if (known != null) {
            return known;
        }
        CompletableFuture<Channel> made = new CompletableFuture<>();
        if (!authorized.compareAndSet(null, made)) {
            return channel();
        }
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(login.get().user())
                .setPassword(login.get().password())
                .build();
        CompletableFuture<?> unused = unary(bare, AuthGrpc.getAuthenticateMethod(), request)
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        Metadata headers = new Metadata();
                        headers.put(TOKEN, answer.getToken());
                        made.complete(
                                ClientInterceptors.intercept(bare, MetadataUtils.newAttachHeadersInterceptor(headers)));
                    } else {
                        authorized.compareAndSet(made, null);
                        // Whatever became of the login, what was to follow it was not sent.
                        made.completeExceptionally(new BackendException(
                                "etcd did not let the user in: "
                                        + unwrapped(failure).getMessage(),
                                Outcome.NOT_APPLIED,
                                unwrapped(failure)));
                    }
                });
        return made;
    }

    private <Q, R> CompletableFuture<R> unary(Channel channel, MethodDescriptor<Q, R> method, Q request) {
        Single<R> answer = new Single<>();
        ClientCalls.asyncUnaryCall(channel.newCall(method, options()), request, answer);
        return answer.result;
    }

    private CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** The one answer of a call. */
    private static final class Single<R> implements StreamObserver<R> {

        private final CompletableFuture<R> result = new CompletableFuture<>();

        @Override
        public void onNext(R value) {
            result.complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            result.completeExceptionally(new IllegalStateException("call ended without an answer"));
        }
    }
}
