"""A plain tracker as students write it: a dictionary of images, walked to remove a client and to build each list."""
import socket
import sys


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    images = {}  # md5 -> {"name": name, "clients": [(ip, port), ...]}
    passwords = {}  # (ip, port) -> password

    def remove(client):
        for md5 in list(images):
            if client in images[md5]["clients"]:
                images[md5]["clients"].remove(client)
                if not images[md5]["clients"]:
                    del images[md5]

    def add(client, field):
        entries = [entry.split(",", 1) for entry in field.split(";") if entry]
        for md5, name in entries:
            images.setdefault(md5, {"name": name, "clients": []})["clients"].append(client)
        return len(entries)

    while True:
        data, address = server.recvfrom(65536)
        fields = data.decode().split(" ", 3)
        if fields[0] == "LST":
            reply = ";".join(
                md5 + "," + image["name"] + "," + ",".join(f"{ip}:{port}" for ip, port in image["clients"])
                for md5, image in images.items()
            )
        elif fields[0] in ("REG", "UPD") and len(fields) == 4:
            client = (address[0], int(fields[2]))
            if fields[0] == "UPD" and passwords.get(client) != fields[1]:
                reply = "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD"
            else:
                passwords[client] = fields[1]
                remove(client)
                count = add(client, fields[3])
                reply = f"OK {count}_REGISTERED_" + ("IMAGES" if fields[0] == "REG" else "FILES")
        elif fields[0] == "FILL":  # For the benchmark: images without the walk, which would take an hour.
            for client in range(int(fields[1])):
                add((f"10.1.{client >> 8}.{client & 255}", 5000), ";".join(
                    f"{client * 20 + i:032x},holiday picture {client * 20 + i}.jpg" for i in range(20)
                ))
            reply = "OK"
        else:
            reply = "ERR INVALID_MESSAGE_FORMAT"
        server.sendto(reply.encode()[:65507], address)


if __name__ == "__main__":
    sys.exit(main())
