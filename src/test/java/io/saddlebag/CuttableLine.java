package io.saddlebag;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A TCP line to a server that can be cut and mended: to whoever uses it, the server is away. */
public final class CuttableLine implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listening;

  /** A line to a port of this machine. */
  public CuttableLine(int target) throws IOException {
    this.target = target;
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port = socket.getLocalPort();
    listen(socket);
  }

  /** Where it begins. */
  public int port() {
    return port;
  }

  private void listen(ServerSocket socket) {
    listening = socket;
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  carry(socket.accept());
                }
              } catch (IOException cut) {
                return;
              }
            },
            "line");
    thread.setDaemon(true);
    thread.start();
  }

  private void carry(Socket client) throws IOException {
    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(client);
    sockets.add(server);
    carry(client, server);
    carry(server, client);
  }

  private void carry(Socket from, Socket to) {
    Thread thread =
        new Thread(
            () -> {
              try (from;
                  to;
                  InputStream in = from.getInputStream();
                  OutputStream out = to.getOutputStream()) {
                in.transferTo(out);
              } catch (IOException cut) {
                return;
              }
            },
            "line");
    thread.setDaemon(true);
    thread.start();
  }

  /** From now on nothing comes through, and nobody can connect. */
  public void cut() throws IOException {
    ServerSocket socket = listening;
    if (socket != null) {
      socket.close();
      listening = null;
    }
    for (Socket open : sockets) {
      open.close();
    }
    sockets.clear();
  }

  /** Mends it. */
  public void mend() throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    listen(socket);
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
