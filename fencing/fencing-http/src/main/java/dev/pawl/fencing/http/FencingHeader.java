package dev.pawl.fencing.http;

import dev.pawl.fencing.FencingToken;
import java.net.http.HttpRequest;

/** The header in which a fencing token travels, as {@link FencingToken#text()} writes it. Stateless. */
public final class FencingHeader {

    /** The header's name. */
    public static final String NAME = "Fencing-Token";

    private FencingHeader() {}

    /**
     * Sets the header on a request, in place of one that is there.
     *
     * @param request the request that is built
     * @param token the holder's token
     * @return the same builder
     */
    public static HttpRequest.Builder set(HttpRequest.Builder request, FencingToken token) {
        return request.setHeader(NAME, token.text());
    }
}
