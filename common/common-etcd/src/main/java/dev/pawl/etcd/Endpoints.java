package dev.pawl.etcd;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Several members as one target of gRPC: {@code pawl-etcd:///a:2379,b:2379}. */
final class Endpoints extends NameResolver {

    private static final String SCHEME = "pawl-etcd";

    static {
        NameResolverRegistry.getDefaultRegistry().register(new Provider());
    }

    private final List<String> endpoints;
    private volatile Listener2 listener;

    private Endpoints(List<String> endpoints) {
        this.endpoints = endpoints;
        this.listener = new Listener2() {
            @Override
            public void onResult(ResolutionResult result) {}

            @Override
            public void onError(io.grpc.Status error) {}
        };
    }

    static String target(List<String> endpoints) {
        return SCHEME + ":///" + String.join(",", endpoints);
    }

    /** Reads {@code host:port}; an IPv6 address stands in brackets. */
    static URI address(String endpoint) {
        URI read = null;
        try {
            read = URI.create("etcd://" + endpoint);
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        if (read == null
                || read.getHost() == null
                || read.getPort() < 1
                || !read.getPath().isEmpty()) {
            throw new IllegalArgumentException("endpoint must be host:port: endpoint=" + endpoint);
        }
        return read;
    }

    @Override
    public String getServiceAuthority() {
        return endpoints.get(0);
    }

    @Override
    public void start(Listener2 told) {
        listener = told;
        resolve();
    }

    @Override
    public void refresh() {
        resolve();
    }

    private void resolve() {
        List<EquivalentAddressGroup> groups =
                endpoints.stream().map(Endpoints::group).toList();
        listener.onResult(ResolutionResult.newBuilder()
                .setAddressesOrError(StatusOr.fromValue(groups))
                .build());
    }

    private static EquivalentAddressGroup group(String endpoint) {
        URI address = address(endpoint);
        SocketAddress socket = new InetSocketAddress(address.getHost(), address.getPort());
        Attributes authority = Attributes.newBuilder()
                .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, endpoint)
                .build();
        return new EquivalentAddressGroup(socket, authority);
    }

    @Override
    public void shutdown() {}

    private static final class Provider extends NameResolverProvider {

        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 5;
        }

        @Override
        public String getDefaultScheme() {
            return SCHEME;
        }

        @Override
        public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
            return Set.of(InetSocketAddress.class);
        }

        @Override
        public NameResolver newNameResolver(URI target, NameResolver.Args args) {
            return new Endpoints(List.of(target.getPath().substring(1).split(",", -1)));
        }
    }
}
