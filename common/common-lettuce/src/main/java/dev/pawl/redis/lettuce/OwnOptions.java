package dev.pawl.redis.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What our clients have otherwise than the application's. */
final class OwnOptions {

    /** Lettuce waits up to 30 s; locks should be back as soon as Redis is. */
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    private OwnOptions() {}

    /**
     * Lettuce repeats what was sent and not answered when the connection comes back, and keeps what is to be sent; but not
     * where it rejects commands while disconnected. Its own timeouts would be a second set of timers.
     */
    static <B extends ClientOptions.Builder> B of(B builder) {
        builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build());
        return builder;
    }

    /** The application's event loops, timer and all else, none of which ends with ours. */
    static ClientResources resources(ClientResources shared, Duration timeout) {
        DefaultClientResources.Builder builder = DefaultClientResources.builder();
        builder.eventLoopGroupProvider(shared.eventLoopGroupProvider())
                .eventExecutorGroup(shared.eventExecutorGroup())
                .timer(shared.timer())
                .eventBus(shared.eventBus())
                .commandLatencyRecorder(shared.commandLatencyRecorder())
                .socketAddressResolver(shared.socketAddressResolver())
                .addressResolverGroup(shared.addressResolverGroup())
                .tracing(shared.tracing())
                .reconnectDelay(Delay.exponential(Duration.ZERO, LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
                .nettyCustomizer(new WithSilence(shared.nettyCustomizer(), timeout));
        return builder.build();
    }

    /** Ends a client of ours with its connections. */
    static void end(AbstractRedisClient client) {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        Future<Boolean> unused = client.getResources().shutdown();
    }

    private record WithSilence(NettyCustomizer application, Duration timeout) implements NettyCustomizer {

        @Override
        public void afterBootstrapInitialized(Bootstrap bootstrap) {
            application.afterBootstrapInitialized(bootstrap);
        }

        @Override
        public void afterChannelInitialized(Channel channel) {
            application.afterChannelInitialized(channel);
            channel.pipeline().addFirst(new SilenceHandler(timeout));
        }
    }
}
