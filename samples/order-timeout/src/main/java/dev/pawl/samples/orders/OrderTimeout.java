package dev.pawl.samples.orders;

import dev.pawl.delay.DelayQueue;
import dev.pawl.delay.DelayQueues;
import dev.pawl.delay.DelayedJob;
import dev.pawl.delay.PayloadCodec;
import dev.pawl.delay.redis.RedisJobStore;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A shop that gives its customers some time to pay: each order is enqueued with a delay, a payment cancels the job, and
 * workers, each a process of its own, cancel what is still unpaid then. The first worker is killed by signal 9 while it has a job; the second
 * is stopped while it has one, for longer than the visibility timeout; the third does all the work, and then the second goes on.
 */
public final class OrderTimeout {

    private static final int ORDERS = 10;
    private static final Duration TIME_TO_PAY = Duration.ofSeconds(2);

    private final Processes processes;
    private final Orders orders;
    private final DelayQueue<String> timeouts;

    private OrderTimeout(Processes processes, Orders orders, DelayQueue<String> timeouts) {
        this.processes = processes;
        this.orders = orders;
        this.timeouts = timeouts;
    }

    /**
     * Runs it.
     *
     * @param args an empty directory
     * @throws Exception if it is not as it should be
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Processes processes = Processes.in(directory);
        Orders orders = Orders.open(directory);
        RedisURI uri = RedisURI.create("127.0.0.1", processes.redisPort());
        RedisClient client = RedisClient.create(uri);
        boolean good;
        try (LettuceRedis redis = LettuceRedis.of(client, uri);
                DelayQueues queues = DelayQueues.of(RedisJobStore.of(redis, Worker.NAMESPACE))) {
            DelayQueue<String> timeouts = queues.queue(Worker.QUEUE, PayloadCodec.utf8());
            OrderTimeout shop = new OrderTimeout(processes, orders, timeouts);
            shop.open();
            shop.close();
            good = shop.count();
        } finally {
            client.shutdown();
        }
        System.out.println(good ? "\nEach once, and none that is paid." : "\nThis should not have happened.");
        System.exit(good ? 0 : 1);
    }

    /** Orders come in, and three of them are paid. */
    private void open() throws SQLException {
        orders.createTables();
        for (int i = 1; i <= ORDERS; i++) {
            String order = "order-" + i;
            // The job comes first: a crash in between leaves a job that finds no order, and no order without a job. By
            // its
            // id it is taken once however often it is enqueued, and whoever knows the order can cancel it.
            timeouts.enqueue(DelayedJob.of(order).id(order).after(TIME_TO_PAY));
            orders.place(order);
        }
        System.out.println(ORDERS + " orders are placed, with " + TIME_TO_PAY.toSeconds() + " s to pay");
        pay("order-2");
        pay("order-5");
        pay("order-8");
    }

    private void pay(String order) throws SQLException {
        if (!orders.pay(order)) {
            throw new IllegalStateException("order must not be cancelled yet: order=" + order);
        }
        System.out.println(order + " is paid; cancelling its job: " + timeouts.cancel(timeouts.job(order)));
    }

    private void close() throws Exception {
        Processes.Running first = processes.worker("worker 1");
        first.expect("asks");
        first.signal("KILL");
        System.out.println("(worker 1 is killed by signal 9)");
        Processes.Running second = processes.worker("worker 2");
        second.expect("asks");
        second.signal("STOP");
        System.out.println("(worker 2 is stopped, for longer than the visibility timeout of "
                + Worker.VISIBILITY.toSeconds() + " s)");
        Processes.Running third = processes.worker("worker 3");
        // One more payment comes when a worker has the job already: the job goes on, and its transaction sees it.
        pay(third.expect("asks").replaceAll(".*(order-\\d+) .*", "$1"));
        third.answer();
        third.expect("leaves");
        while (orders.all().stream().anyMatch(order -> !order.paid() && order.cancelled() == 0)) {
            third.expect("asks");
            third.answer();
            third.expect("has cancelled|leaves|is refused");
        }
        second.signal("CONT");
        System.out.println("(worker 2 goes on)");
        second.answer();
        second.expect("is refused|has cancelled|leaves");
        second.close();
        third.close();
    }

    /** Whether each unpaid order was cancelled once, no paid one was, and no job is left. */
    private boolean count() throws SQLException {
        List<Orders.Order> all = orders.all();
        long paid = all.stream().filter(Orders.Order::paid).count();
        long paidAndCancelled = all.stream()
                .filter(order -> order.paid() && order.cancelled() > 0)
                .count();
        long once = all.stream()
                .filter(order -> !order.paid() && order.cancelled() == 1)
                .count();
        PartitionStats jobs = timeouts.stats().get(0);
        long left = jobs.waiting() + jobs.inFlight() + jobs.dead();
        System.out.println("\n" + paid + " paid orders, " + paidAndCancelled + " of them cancelled");
        System.out.println((ORDERS - paid) + " unpaid orders, " + once + " of them cancelled once");
        System.out.println(left + " jobs left");
        return all.size() == ORDERS && paid == 4 && paidAndCancelled == 0 && once == ORDERS - paid && left == 0;
    }
}
