package dev.pawl.samples.orders;

import dev.pawl.delay.ConsumerOptions;
import dev.pawl.delay.DelayQueues;
import dev.pawl.delay.Delivery;
import dev.pawl.delay.JobConsumer;
import dev.pawl.delay.PayloadCodec;
import dev.pawl.delay.redis.RedisJobStore;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.StaleTokenException;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One process: takes the jobs of orders whose time to pay is over, one after the other, until its input ends. */
public final class Worker {

    static final String NAMESPACE = "shop";
    static final String QUEUE = "unpaid-orders";

    /** Short, so that nobody has to wait for long to see another worker take the job of a dead one. */
    static final Duration VISIBILITY = Duration.ofSeconds(2);

    private final String name;
    private final Orders orders;
    private final BlockingQueue<String> bank = new LinkedBlockingQueue<>();

    private Worker(String name, Orders orders) {
        this.name = name;
        this.orders = orders;
    }

    /**
     * Runs it.
     *
     * @param args the directory of the database, the worker's name, the port of Redis
     * @throws Exception if it cannot go on
     */
    public static void main(String[] args) throws Exception {
        Worker worker = new Worker(args[1], Orders.open(Path.of(args[0])));
        RedisURI uri = RedisURI.create("127.0.0.1", Integer.parseInt(args[2]));
        RedisClient client = RedisClient.create(uri);
        try (LettuceRedis redis = LettuceRedis.of(client, uri);
                DelayQueues queues = DelayQueues.of(RedisJobStore.of(redis, NAMESPACE))) {
            JobConsumer consumer = queues.queue(QUEUE, PayloadCodec.utf8())
                    .consume(
                            worker::handle,
                            ConsumerOptions.defaults().withConcurrency(1).withVisibility(VISIBILITY));
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    .lines()
                    .forEach(worker.bank::add);
            consumer.close();
        } finally {
            client.shutdown();
        }
    }

    /** Returning acknowledges the job; throwing would have it delivered again. */
    private void handle(Delivery<String> delivery) throws SQLException, InterruptedException {
        String order = delivery.payload();
        FencingToken token = delivery.fencingToken();
        orders.enter(order, token);
        say("asks the bank about " + order + " (attempt " + delivery.attempt() + ", token " + token.value() + ")");
        bank.take(); // here one of them is killed, and another one stopped
        try {
            say(orders.cancelUnpaid(order, token) ? "has cancelled " + order : "leaves " + order + ", which is paid");
        } catch (StaleTokenException refused) {
            say("is refused: " + refused.getMessage());
        }
    }

    private void say(String what) {
        System.out.println(name + " " + what);
        System.out.flush();
    }
}
