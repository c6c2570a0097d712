package dev.pawl.delay.jackson;

import dev.pawl.delay.PayloadCodec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads as JSON in UTF-8, by Jackson 3. With the mapper of {@link #of(Class)}, Jackson's own defaults, fields that the type does
 * not have are skipped, so that producers may be newer than consumers, fields that are missing are null, or refused where the type has a primitive, and the type is the one given
 * here and none that the JSON names.
 *
 * <p>Thread-safe; never blocks.
 *
 * @param <T> the payload
 */
public final class JacksonCodec<T> implements PayloadCodec<T> {

    private final JavaType type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JacksonCodec(JavaType type, ObjectMapper mapper) {
        this.type = type;
        this.writer = mapper.writerFor(type);
        this.reader = mapper.readerFor(type);
    }

    /**
     * Makes a codec with Jackson's defaults.
     *
     * @param type the payload's class, best a record
     * @param <T> the payload
     * @return the codec
     */
    public static <T> JacksonCodec<T> of(Class<T> type) {
        return of(type, JsonMapper.shared());
    }

    /**
     * Makes a codec with the application's mapper.
     *
     * @param type the payload's class
     * @param mapper how JSON is written and read; of all clients of a queue the same, or one that understands what the others write
     * @param <T> the payload
     * @return the codec
     */
    public static <T> JacksonCodec<T> of(Class<T> type, ObjectMapper mapper) {
        return new JacksonCodec<>(mapper.constructType(type), mapper);
    }

    /**
     * Makes a codec of a generic type with the application's mapper.
     *
     * @param type the payload's type, for example {@code new TypeReference<List<String>>() {}}
     * @param mapper how JSON is written and read
     * @param <T> the payload
     * @return the codec
     */
    public static <T> JacksonCodec<T> of(TypeReference<T> type, ObjectMapper mapper) {
        return new JacksonCodec<>(mapper.constructType(type), mapper);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if Jackson cannot write it
     */
    @Override
    public byte[] encode(T payload) {
        try {
            return writer.writeValueAsBytes(payload);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "payload must be written as JSON: type=" + type.toCanonical() + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the bytes are no JSON, or not of the type, or JSON's {@code null}
     */
    @Override
    public T decode(byte[] bytes) {
        T payload;
        try {
            payload = reader.readValue(bytes);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(refusal(bytes) + ": " + e.getOriginalMessage(), e);
        }
        if (payload == null) {
            throw new IllegalArgumentException(refusal(bytes) + ": null");
        }
        return payload;
    }

    private String refusal(byte[] bytes) {
        return "payload must be JSON of its type: type=" + type.toCanonical() + ", bytes=" + bytes.length;
    }
}
