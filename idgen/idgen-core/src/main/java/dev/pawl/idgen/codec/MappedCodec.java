package dev.pawl.idgen.codec;

/** Another codec's texts of mapped ids. */
record MappedCodec(IdMapping mapping, IdCodec codec) implements IdCodec {

    MappedCodec {
        if (mapping.maxMapped() > codec.maxId()) {
            throw new IllegalArgumentException("the mapping must stay within the codec's ids: maxMapped="
                    + mapping.maxMapped() + ", maxId=" + codec.maxId());
        }
    }

    @Override
    public String encode(long id) {
        return codec.encode(mapping.apply(id));
    }

    @Override
    public long decode(String text) {
        return mapping.invert(codec.decode(text));
    }

    @Override
    public long maxId() {
        return mapping.maxId();
    }
}
