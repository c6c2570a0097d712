package dev.pawl.benchmarks.locks;

import dev.pawl.servers.EtcdProcess;
import dev.pawl.servers.PostgresServer;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.ZooKeeperProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What servers have spent so far. The bytes, both ways, are the server's own count, and not a number where it does not count them. */
record Spent(double processorMicros, double bytes) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Name and value in a line, in the words of Redis ({@code :}), ZooKeeper (a tab) and etcd (a blank). */
    private static final Pattern FIELD = Pattern.compile("(?m)^(\\w+)[:\t ]([0-9.]+(?:e\\+?[0-9]+)?)\r?$");

    static Spent of(List<RedisProcess> servers) throws IOException {
        Spent sum = new Spent(0, 0);
        for (RedisProcess redis : servers) {
            Map<String, Double> fields = fields(text(redis.ask("INFO", "everything")));
            sum = sum.plus(new Spent(
                    (fields.get("used_cpu_user") + fields.get("used_cpu_sys")) * 1e6,
                    fields.get("total_net_input_bytes") + fields.get("total_net_output_bytes")));
        }
        return sum;
    }

    static Spent of(ZooKeeperProcess server) throws IOException {
        Map<String, Double> fields = fields(server.ask("mntr"));
        return new Spent(
                processorMicros(server.pid()), fields.get("zk_bytes_received_count") + fields.get("zk_response_bytes"));
    }

    static Spent of(EtcdProcess server) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.endpoint() + "/metrics"))
                .build();
        Map<String, Double> fields =
                fields(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
        return new Spent(
                processorMicros(server.pid()),
                fields.get("etcd_network_client_grpc_received_bytes_total")
                        + fields.get("etcd_network_client_grpc_sent_bytes_total"));
    }

    static Spent of(PostgresServer server) {
        return new Spent(processorMicros(server.pid()), Double.NaN);
    }

    /** Of a process and those below it that still run. */
    private static double processorMicros(long pid) {
        ProcessHandle first = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(first), first.descendants())
                        .mapToLong(process -> process.info()
                                .totalCpuDuration()
                                .map(Duration::toNanos)
                                .orElse(0L))
                        .sum()
                / 1e3;
    }

    private static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }

    private static Map<String, Double> fields(String text) {
        Map<String, Double> fields = new LinkedHashMap<>();
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            if (field.group(2).matches("\\d+(\\.\\d+)?(e\\+?\\d+)?")) {
                fields.put(field.group(1), Double.parseDouble(field.group(2)));
            }
        }
        return fields;
    }

    Spent plus(Spent other) {
        return new Spent(processorMicros + other.processorMicros, bytes + other.bytes);
    }

    Spent minus(Spent before) {
        return new Spent(processorMicros - before.processorMicros, bytes - before.bytes);
    }
}
