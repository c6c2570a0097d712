package dev.pawl.redis.lettuce;

import dev.pawl.common.Ticker;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection on which something was sent and nothing at all came back for the timeout. Else a server whose host is gone
 * is noticed only when TCP gives up, after a quarter of an hour. Runs on the connection's event loop.
 */
final class SilenceHandler extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceHandler.class);
    private static final int LOOKS_IN_A_TIMEOUT = 4;

    private final long timeoutNanos;
    private final Ticker ticker = Ticker.system();
    private @Nullable Future<?> looking;
    private boolean waiting;
    private long waitingSince;

    SilenceHandler(Duration timeout) {
        this.timeoutNanos = timeout.toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        long interval = timeoutNanos / LOOKS_IN_A_TIMEOUT;
        looking = ctx.executor().scheduleAtFixedRate(() -> look(ctx), interval, interval, TimeUnit.NANOSECONDS);
        super.channelActive(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        if (looking != null) {
            looking.cancel(false);
        }
        super.channelInactive(ctx);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (!waiting) {
            waiting = true;
            waitingSince = ticker.nanos();
        }
        super.write(ctx, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        waiting = false;
        super.channelRead(ctx, message);
    }

    private void look(ChannelHandlerContext ctx) {
        if (waiting && ticker.nanos() - waitingSince >= timeoutNanos) {
            LOG.warn(
                    "Redis at {} is silent, the connection is made anew",
                    ctx.channel().remoteAddress());
            ChannelFuture unused = ctx.close();
        }
    }
}
