package dev.pawl.delay;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Turns payloads into bytes and back. Thread-safe. What {@link #decode} throws makes a dead letter of the job, since another
 * delivery would end the same way.
 *
 * @param <T> the payload
 */
public interface PayloadCodec<T> {

    /**
     * Writes a payload.
     *
     * @param payload the payload
     * @return its bytes, which nobody changes afterwards
     */
    byte[] encode(T payload);

    /**
     * Reads a payload.
     *
     * @param bytes what {@link #encode} has written
     * @return the payload
     * @throws IllegalArgumentException if the bytes are no payload
     */
    T decode(byte[] bytes);

    /**
     * Returns the codec of payloads that are bytes already; it copies nothing.
     *
     * @return the codec
     */
    static PayloadCodec<byte[]> bytes() {
        return new PayloadCodec<>() {
            @Override
            public byte[] encode(byte[] payload) {
                return payload;
            }

            @Override
            public byte[] decode(byte[] bytes) {
                return bytes;
            }
        };
    }

    /**
     * Returns the codec of texts in UTF-8. Lone surrogates become question marks; bytes that are no UTF-8 are refused.
     *
     * @return the codec
     */
    static PayloadCodec<String> utf8() {
        return new PayloadCodec<>() {
            @Override
            public byte[] encode(String payload) {
                return payload.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String decode(byte[] bytes) {
                try {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
                } catch (CharacterCodingException e) {
                    throw new IllegalArgumentException("payload must be UTF-8: bytes=" + bytes.length, e);
                }
            }
        };
    }
}
