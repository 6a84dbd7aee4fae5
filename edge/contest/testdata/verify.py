"""Checks a drawing from its two published texts: verify.py LIST RESULT [TICKET]"""
import base64, hashlib, hmac, sys

def sha(b): return hashlib.sha256(b).digest()
def mac(key, b): return hmac.new(key, b, hashlib.sha256).digest()

def root(leaves):
    if len(leaves) < 2: return sha(b"\0" + leaves[0]) if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))

def words(key):
    i = 0
    while True:
        block = mac(key, i.to_bytes(8, "big"))
        yield from (int.from_bytes(block[j:j + 4], "big") for j in range(0, 32, 4))
        i += 1

def order(leaves, seed, n):
    stream, a = words(sha(b"indigex contest draw 1\n" + root(leaves) + seed)), list(leaves)
    for i in range(n):
        size = len(a) - i
        r = next(x for x in (w >> 32 - (size - 1).bit_length() for w in stream) if x < size)
        a[i], a[i + r] = a[i + r], a[i]
    return a[:n]

def hold(what, true):
    if not true: sys.exit(what + " does not hold")

text = open(sys.argv[1], "rb").read()
head, _, tail = text.decode().partition("\n\n")
head = dict(line.split(" ", 1) for line in head.split("\n")[1:])
leaves = [bytes.fromhex(line) for line in tail.split()]
got = [tuple(line.split(" ", 1)) for line in open(sys.argv[2], "rb").read().decode().split("\n")[1:-1]]
field = lambda name: [value for key, value in got if key == name]
hold("the order of the list", leaves == sorted(set(leaves)) and len(leaves) == int(head["entries"]))
hold("the root", root(leaves).hex() == head["root"])
hold("the form", field("form") == [head["form"]])
hold("the hash of the list", field("list") == [sha(text).hex()])
hold("the time", head["closed"] < head["known"] <= field("drawn")[0])
won, more = int(head["winners"]), int(head["substitutes"])
drawn = [e.hex() for e in order(leaves, "\n".join(field("seed")).encode(), min(won + more, len(leaves)))]
hold("the winners", field("winner") == drawn[:won])
hold("the order of substitutes", field("substitute") == drawn[won:])
if len(sys.argv) > 3:
    digits = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    ticket = base64.b32decode(sys.argv[3].translate(digits) + "======")
    entry = mac(ticket, b"indigex contest entry 1\n" + head["form"].encode() + b"\n")
    hold("the ticket", entry in leaves)
    print("the ticket is entry", leaves.index(entry) + 1, "of", len(leaves))
print("the drawing holds")
