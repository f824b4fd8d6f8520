package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Closes statements that are not needed any more. */
final class Closing implements Errand {
    private final List<byte[]> names;

    Closing(List<byte[]> names) {
        this.names = names;
    }

    @Override
    public void write(OwnGroup group) {
        names.forEach(group::close);
    }

    @Override
    public void over(@Nullable Failure failure, int completed) {}
}
