package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.quern.proxy.wire.MessageWriter;

/** Turns a connection away unread: there are so many that even the door is crowded. */
// a failed write ends the channel too
@SuppressWarnings("FutureReturnValueIgnored")
final class FullHouse extends ChannelInboundHandlerAdapter {
    static final String SQL_STATE = "53300";
    static final String MESSAGE = "sorry, too many clients already";

    private static final ByteBuf ANSWER =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer()
                            .writeBytes(
                                    new MessageWriter()
                                            .error("FATAL", SQL_STATE, MESSAGE)
                                            .toByteArray())
                            .asReadOnly());

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(ANSWER.duplicate()).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
