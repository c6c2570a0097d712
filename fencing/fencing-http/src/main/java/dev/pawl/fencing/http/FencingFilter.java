package dev.pawl.fencing.http;

import dev.pawl.common.CoordinationException;
import dev.pawl.fencing.FenceGuarantee;
import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.InMemoryFenceGuard;
import dev.pawl.fencing.IssuerMismatchException;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A servlet filter that lets the holder named in the {@code Fencing-Token} header enter the resource of the request, and
 * refuses one who has been replaced. Each request enters, those that only read too: that is what keeps an older holder
 * from writing afterwards.
 *
 * <p><b>Guarantee.</b> With {@link #inProcess} no request of an older holder is being handled, or will be, once a later one has
 * entered: the guard is held until the handler has returned. Another process does not know of it. With {@link #shared} all
 * instances know who has entered, but a holder who is replaced while its request is handled is not stopped: the handler has to
 * check again, in one step with its effect, with {@link #token}. {@link #guarantees()} says which of the two it is.
 *
 * <p><b>Answers.</b> {@code application/problem+json}: 409 for a stale token, with the issuer and the mark that refuses it as
 * {@code issuer} and {@code current}, and for another issuer's; 400 for a header that is no token, or that comes twice; 428 or 400
 * for none. A {@link dev.pawl.common.BackendException} of a shared guard is left to the container. A handler that throws the exceptions of a guard is answered for alike, as long as it has
 * not answered itself.
 *
 * <p><b>Threads.</b> Thread-safe. An in-process request waits for those of older holders that are handled, without a time limit;
 * requests of one holder do not wait for each other. A handler of such a request may not start asynchronous processing.
 */
public final class FencingFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final String TOKEN = "dev.pawl.fencing.token";

    /** Enters and handles, between check and end of the request as the kind of guard can. */
    private interface Fence {
        void handle(FencingToken token, Handling handling) throws Exception;
    }

    private interface Handling {
        void run() throws Exception;
    }

    private final transient Function<HttpServletRequest, Optional<Fence>> fences;
    private final transient FenceGuarantee guarantee;
    private final boolean holds;
    private final MissingToken missing;

    private FencingFilter(
            Function<HttpServletRequest, Optional<Fence>> fences,
            FenceGuarantee guarantee,
            boolean holds,
            MissingToken missing) {
        this.fences = fences;
        this.guarantee = guarantee;
        this.holds = holds;
        this.missing = missing;
    }

    /**
     * Makes a filter for resources that live in this process. A request without a token is answered 428.
     *
     * @param guardOf the guard of a request's resource, always the same for one resource; empty if it needs no token
     * @return the filter
     */
    public static FencingFilter inProcess(Function<HttpServletRequest, Optional<InMemoryFenceGuard>> guardOf) {
        Objects.requireNonNull(guardOf, "guardOf");
        return new FencingFilter(
                request -> guardOf.apply(request).map(FencingFilter::held),
                new FenceGuarantee(Level.ATOMIC_IN_PROCESS, "requests to this process, until their handlers return"),
                true,
                MissingToken.PRECONDITION_REQUIRED);
    }

    /**
     * Makes a filter whose guards keep their marks where all instances find them. A request without a token is answered 428.
     *
     * @param guardOf the guard of a request's resource; empty if it needs no token
     * @return the filter
     */
    public static FencingFilter shared(Function<HttpServletRequest, Optional<FenceGuard>> guardOf) {
        Objects.requireNonNull(guardOf, "guardOf");
        return new FencingFilter(
                request -> guardOf.apply(request).map(FencingFilter::enteredOnly),
                new FenceGuarantee(
                        Level.EARLY_REFUSAL,
                        "requests to all instances that share the guard's marks, when they come in"),
                false,
                MissingToken.PRECONDITION_REQUIRED);
    }

    /**
     * Makes a filter that differs in what it answers a request without a token.
     *
     * @param answer the answer
     * @return the other filter
     */
    public FencingFilter answeringMissing(MissingToken answer) {
        return new FencingFilter(fences, guarantee, holds, Objects.requireNonNull(answer, "answer"));
    }

    /**
     * Says what the filter promises.
     *
     * @return how far the promise carries, and among whom
     */
    public FenceGuarantee guarantees() {
        return guarantee;
    }

    /**
     * Returns the token with which a request has entered, for the handler's own check.
     *
     * @param request a request that has passed a filter of this class
     * @return its token; empty if its resource needs none
     */
    public static Optional<FencingToken> token(ServletRequest request) {
        return Optional.ofNullable((FencingToken) request.getAttribute(TOKEN));
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Optional<Fence> fence = fences.apply(request);
        if (fence.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Optional<FencingToken> token = tokenOf(request, response);
        if (token.isEmpty()) {
            return; // answered
        }
        request.setAttribute(TOKEN, token.get());
        HttpServletRequest handled = holds ? new WithoutAsync(request) : request;
        try {
            fence.get().handle(token.get(), () -> chain.doFilter(handled, response));
        } catch (StaleTokenException | NotEnteredException | IssuerMismatchException e) {
            if (response.isCommitted()) {
                throw e;
            }
            problem(e).send(response);
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private static Fence held(InMemoryFenceGuard guard) {
        return (token, handling) -> {
            guard.enter(token);
            boolean unused = guard.call(token, () -> {
                handling.run();
                return true;
            });
        };
    }

    private static Fence enteredOnly(FenceGuard guard) {
        return (token, handling) -> {
            guard.enter(token);
            handling.run();
        };
    }

    private Optional<FencingToken> tokenOf(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<String> headers = Collections.list(request.getHeaders(FencingHeader.NAME));
        if (headers.isEmpty()) {
            new Problem(missing.status(), "missing-token", "the request must have a header " + FencingHeader.NAME)
                    .send(response);
            return Optional.empty();
        }
        if (headers.size() > 1) {
            new Problem(
                            400,
                            "malformed-token",
                            "the request must have one header " + FencingHeader.NAME + ": headers=" + headers.size())
                    .send(response);
            return Optional.empty();
        }
        try {
            return Optional.of(FencingToken.parse(headers.get(0)));
        } catch (IllegalArgumentException e) {
            new Problem(400, "malformed-token", String.valueOf(e.getMessage())).send(response);
            return Optional.empty();
        }
    }

    private static Problem problem(CoordinationException e) {
        String detail = String.valueOf(e.getMessage());
        if (e instanceof StaleTokenException stale) {
            return new Problem(409, "stale-token", detail)
                    .with("issuer", stale.mine().issuer())
                    .with("current", Long.toString(stale.current()));
        }
        if (e instanceof NotEnteredException early) {
            return new Problem(409, "not-entered", detail)
                    .with("issuer", early.mine().issuer())
                    .with("current", Long.toString(early.current()));
        }
        return new Problem(409, "issuer-mismatch", detail).with("issuer", ((IssuerMismatchException) e).current());
    }

    /** The guard is held by the thread, and only until the handler returns. */
    private static final class WithoutAsync extends HttpServletRequestWrapper {

        private WithoutAsync(HttpServletRequest request) {
            super(request);
        }

        @Override
        public boolean isAsyncSupported() {
            return false;
        }

        @Override
        public AsyncContext startAsync() {
            throw new IllegalStateException("a request that is fenced in process must end with its handler");
        }

        @Override
        public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
            return startAsync();
        }
    }
}
