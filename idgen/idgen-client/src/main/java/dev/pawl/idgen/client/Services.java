package dev.pawl.idgen.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** The base addresses of the services, and which of them is asked now. Thread-safe. */
final class Services {

    private final List<URI> all;
    private final AtomicInteger asked = new AtomicInteger();

    Services(List<URI> services) {
        this.all = services.stream().map(Services::checked).toList();
        if (all.stream().distinct().count() < all.size()) {
            throw new IllegalArgumentException("services must be different: services=" + this);
        }
    }

    /** What is refused here would reach a log or be lost when a path is put behind it. A message must not show it. */
    private static URI checked(URI service) {
        if (service.getRawUserInfo() != null) {
            throw new IllegalArgumentException("service must have no user and no password in it; use apiKey");
        }
        if (!("http".equalsIgnoreCase(service.getScheme()) || "https".equalsIgnoreCase(service.getScheme()))
                || service.getHost() == null
                || service.getPort() == 0
                || service.getPort() > 65_535
                || service.getRawQuery() != null
                || service.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "service must be http or https with a host, a port in [1, 65535] if any, no query and no fragment: service="
                            + service);
        }
        return URI.create(service.toString().replaceAll("/+$", ""));
    }

    int size() {
        return all.size();
    }

    URI asked() {
        return all.get(asked.get());
    }

    /** Asks the next one from now on, unless another caller has left this one already. */
    void leave(URI service) {
        int index = asked.get();
        if (all.get(index).equals(service)) {
            asked.compareAndSet(index, (index + 1) % all.size());
        }
    }

    @Override
    public String toString() {
        return all.stream().map(URI::toString).collect(Collectors.joining(", "));
    }
}
