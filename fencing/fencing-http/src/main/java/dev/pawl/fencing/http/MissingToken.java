package dev.pawl.fencing.http;

/** What a request without a fencing token is answered. */
public enum MissingToken {
    /** 428 Precondition Required (RFC 6585): the caller must hold the lock. */
    PRECONDITION_REQUIRED(428),
    /** 400 Bad Request, as a malformed token is. */
    BAD_REQUEST(400);

    private final int status;

    MissingToken(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }
}
