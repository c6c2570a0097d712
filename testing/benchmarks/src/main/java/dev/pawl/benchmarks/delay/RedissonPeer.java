package dev.pawl.benchmarks.delay;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RDelayedQueue;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/** Redisson's queue. It has no acknowledgement: what is taken from it is gone from the server. */
@SuppressWarnings("deprecation") // by its authors; its successor is not in the free edition
final class RedissonPeer implements Peer {

    private static final int THREADS = 8;
    private static final int AT_ONCE = 100;

    /** Its own scripts keep the server busy for longer than its default. */
    private static final int TIMEOUT_MILLIS = 60_000;

    private final String address;
    private final Connected producer;

    RedissonPeer(String address) {
        this.address = address;
        this.producer = new Connected();
    }

    /** A client of its own. The delayed queue moves what is due as long as it is there. */
    private final class Connected implements AutoCloseable {
        final RedissonClient client;
        final RBlockingQueue<byte[]> ready;
        final RDelayedQueue<byte[]> delayed;

        Connected() {
            Config config = new Config();
            config.useSingleServer().setAddress(address).setTimeout(TIMEOUT_MILLIS);
            client = Redisson.create(config);
            ready = client.getBlockingQueue("redisson", ByteArrayCodec.INSTANCE);
            delayed = client.getDelayedQueue(ready);
        }

        @Override
        public void close() {
            delayed.destroy();
            client.shutdown();
        }
    }

    @Override
    public void enqueue(long due) {
        producer.delayed.offer(Peer.payload(due), Math.max(1, due - Clocks.millis()), TimeUnit.MILLISECONDS);
    }

    /** It has no batches. */
    @Override
    public void enqueueAll(long[] dues) throws InterruptedException {
        Thread[] threads = new Thread[THREADS];
        for (int t = 0; t < THREADS; t++) {
            int first = t;
            threads[t] = new Thread(() -> {
                for (int i = first; i < dues.length; i += THREADS) {
                    enqueue(dues[i]);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** It walks over the whole backlog for each job of one millisecond: fewer jobs are in its favour, and 50,000 take minutes. */
    @Override
    public int burst() {
        return 10_000;
    }

    @Override
    public AutoCloseable consume(boolean many, Handled handled) {
        Connected consumer = new Connected();
        Thread taking = new Thread(() -> {
            try {
                while (true) {
                    handle(consumer.ready.take(), handled);
                    if (many) {
                        List<byte[]> more = consumer.ready.poll(AT_ONCE);
                        more.forEach(job -> handle(job, handled));
                    }
                }
            } catch (InterruptedException | RuntimeException end) {
                Thread.currentThread().interrupt();
            }
        });
        taking.start();
        return () -> {
            taking.interrupt();
            taking.join();
            consumer.close();
        };
    }

    private static void handle(byte[] job, Handled handled) {
        handled.begun(Peer.due(job));
        handled.finished();
    }

    @Override
    public void close() {
        producer.close();
    }
}
