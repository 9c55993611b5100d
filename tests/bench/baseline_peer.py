"""A plain Python peer. `give <file>`: answers each GET with the file, by sendfile. `take <port> <out> <size> <md5>...`: saves one
image after the other, as peers in the wild do, and checks nothing. `sink <port> <md5>`: reads and forgets."""
import os, socket, sys, time

def give(path):
    server = socket.create_server(("127.0.0.1", 0))
    print("port", server.getsockname()[1], flush=True)
    while True:
        conn, _ = server.accept()
        with conn, open(path, "rb") as file:
            conn.recv(1024)
            conn.sendfile(file)

def take(port, out, size, md5s):
    for md5 in md5s:
        with socket.create_connection(("127.0.0.1", port)) as conn, open(os.path.join(out, md5 + ".gif"), "wb") as file:
            conn.sendall(b"GET " + md5.encode())
            while block := conn.recv(size):
                file.write(block)

def sink(port, md5):
    buffer = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as conn:
        conn.sendall(b"GET " + md5.encode())
        while conn.recv_into(buffer):
            pass

if sys.argv[1] == "give":
    give(sys.argv[2])
begin = time.monotonic()
if sys.argv[1] == "take":
    md5s = sys.argv[5:] if sys.argv[5] != "-" else sys.stdin.read().split()
    take(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), md5s)
if sys.argv[1] == "sink":
    sink(int(sys.argv[2]), sys.argv[3])
print("seconds", time.monotonic() - begin)
