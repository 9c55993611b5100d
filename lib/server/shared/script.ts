/**
 * What runs in the engine, in Lua (https://redis.io/docs/latest/develop/programmability/eval-intro/). A script is one
 * step: nobody sees half of it, and a tracker that is killed leaves none. Redis 7 and Valkey 8 run them alike.
 *
 * A registration is in three hashes: `sequence endsAt listed verified password`; its images (images_text.ts); and, of its
 * edits, the entry of the stream that set the images last, how many edits there are since they were set as a whole, and
 * the bytes of these, which are fields of their own (`<address> <i>`), as the engine looks at each byte of every text that
 * a script has. Only the scripts decide what a change does (`changed` in shared_state.ts does the same); trackers assign
 * the results.
 */

import { LEFT_MS } from "../../tracker/shared/shared_state.ts";

/** The keys, as the scripts number them. All are in one hash slot, so that a cluster keeps them on one node. */
const KEYS = ["meta", "peers", "images", "changes", "trackers", "made", "limits", "left", "edits"] as const;

/** The data's format. A tracker of another one does not touch it. */
export const FORMAT = "1";

/** A tracker that was silent for so long is not among the others, in milliseconds. */
export const SILENT_MS = 5_000;

/** The engine lost everything since the tracker looked. */
export const OTHER_EPOCH = "EPOCH the registry is another one";

/** For how long the engine remembers what a tracker sent, in milliseconds. */
const FORGET_MS = 3_600_000;

/**
 * Bytes of the stream, about: some 70,000 changes of peers with 20 images, or 40 of one with 50,000, which is sent whole.
 * A tracker that is behind by more reads all registrations again.
 */
export const STREAM_BYTES = 128 * 1024 * 1024;

/** What an entry takes beside its texts, in bytes, measured and rounded up. */
const ENTRY_BYTES = 200;

/** Edits that the images of a registration may have: instead of another one, the list is sent as a whole again. */
const MAX_EDITS = 64;

/** Bytes of edits that any registration may have; a longer list as many as it has itself, or few would fill the engine. */
const EDIT_BYTES = 4 * 1024;

/** What an edit takes beside its text, in bytes, measured. */
const FIELD_BYTES = 80;

/** Batches of what sources took: those of a minute at 16 trackers, since their rates are limited by the minute. */
const LIMIT_ENTRIES = 1_000;

export function keysOf(prefix: string): string[] {
  return KEYS.map((key) => `{${prefix}}:${key}`);
}

/** The place of the stream in the keys. */
export const STREAM = KEYS.indexOf("changes");

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(number) return string.format('%.0f', number) end
`;

const EDITS_OF = `
local function edits_of(address)
  local at, count, size = (redis.call('HGET', KEYS[9], address) or '0 0 0'):match('^(%d+) (%d+) (%d+)$')
  return at, tonumber(count), tonumber(size)
end
local function fields_of(address, count)
  local fields = {}
  for i = 1, count do fields[i] = address .. ' ' .. i end
  return unpack(fields)
end
`;

/**
 * `origin epoch position limits (host taken)...` -> `ok epoch last made now first has batches trackers...`, or why the
 * data is not ours. The batches after the one that `limits` names say what sources took at all trackers. An engine with
 * the trackers alone is empty: one whose user `default` has no rights drops what several commands wrote together when it
 * loads its file (https://github.com/valkey-io/valkey/issues/3983).
 */
export const BEAT = `${NOW}
local meta, origin = KEYS[1], ARGV[1]
local kind = redis.call('TYPE', meta).ok
if kind == 'none' then
  for i, key in ipairs(KEYS) do
    local left = redis.call('TYPE', key).ok
    if left ~= 'none' and not (i == 5 and left == 'zset') then return {'ENOTOURS'} end
  end
  redis.call('HSET', meta, 'format', '${FORMAT}', 'epoch', ARGV[2], 'last', '0')
elseif kind ~= 'hash' then return {'ENOTOURS'} end
local format = redis.call('HGET', meta, 'format')
if format ~= '${FORMAT}' then return {format and 'ENEWER' or 'ENOTOURS'} end
redis.call('ZADD', KEYS[5], text(now / 1000), origin)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', text(now / 1000 - ${FORGET_MS}))) do
  redis.call('HDEL', KEYS[6], old)
  redis.call('ZREM', KEYS[5], old)
end
redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', text(now / 1000))
if #ARGV > 4 then
  redis.call('XADD', KEYS[7], 'MAXLEN', '~', ${LIMIT_ENTRIES}, '*', 'o', origin, unpack(ARGV, 5))
end
local first = redis.call('XRANGE', KEYS[4], '-', '+', 'COUNT', 1)[1]
local position = ARGV[3] .. '-0'
local has = redis.call('XRANGE', KEYS[4], position, position)[1]
local reply = {'ok', redis.call('HGET', meta, 'epoch'), redis.call('HGET', meta, 'last'),
  redis.call('HGET', KEYS[6], origin) or '0', text(now), first and first[1] or '', has and '1' or '',
  redis.call('XRANGE', KEYS[7], '(' .. ARGV[4], '+', 'COUNT', 100)}
for _, tracker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], text(now / 1000 - ${SILENT_MS}), '+inf')) do
  reply[#reply + 1] = tracker
end
return reply
`;

/** `origin` leaves. */
export const LEAVE = "return redis.call('ZREM', KEYS[5], ARGV[1])";

/** Bytes of a reply with images, about: more would not come in time on a slow line. */
export const PAGE_BYTES = 8 * 1024 * 1024;

/** `cursor count` -> `cursor (address head)...`. */
export const PAGE = `
local page = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
table.insert(page[2], 1, page[1])
return page[2]
`;

/** `address...` -> `(images edits)...`: those of the first addresses, as many as fit. */
export const IMAGES = `${EDITS_OF}
local reply, sum = {}, 0
for i, address in ipairs(ARGV) do
  reply[2 * i - 1] = redis.call('HGET', KEYS[3], address) or ''
  local at, count = edits_of(address)
  local parts = count > 0 and redis.call('HMGET', KEYS[9], fields_of(address, count)) or {}
  reply[2 * i] = at .. '\\n' .. table.concat(parts)
  sum = sum + #reply[2 * i - 1] + #reply[2 * i]
  if sum >= ${PAGE_BYTES} then break end
end
return reply
`;

/**
 * `origin epoch (number kind count arguments...)...`. Each number makes one entry of the stream: `b`, by whom it was made,
 * after which entry, and after how many bytes of the stream; then what it did, addresses and registrations, whose text
 * is empty if the peer is gone. Before one are its images (`i`) or what is different in them (`e`), the address from
 * which it moved (`f`), or whether it was restored (`r`); `n` is the entry of images to which an edit did not fit. A
 * number that was made before is not made again.
 */
export const MAKE = `${NOW}${EDITS_OF}
local meta, peers, images, edits, origin = KEYS[1], KEYS[2], KEYS[3], KEYS[9], ARGV[1]
if redis.call('HGET', meta, 'epoch') ~= ARGV[2] then return redis.error_reply('${OTHER_EPOCH}') end
local last = tonumber(redis.call('HGET', meta, 'last'))
local made = tonumber(redis.call('HGET', KEYS[6], origin) or '0')
local id, entry = text(last), nil

local function read(address)
  local head = redis.call('HGET', peers, address)
  if not head then return nil end
  local sequence, ends, listed, verified, password = head:match('^(%d+) (%S+) (%d) (%d) (.*)$')
  return {head = head, sequence = sequence, ends = ends, listed = listed, verified = verified, password = password}
end
local function owned(address, password)
  local peer = read(address)
  return peer and peer.password == password and peer or nil
end
local function add(name, value)
  entry[#entry + 1] = name
  entry[#entry + 1] = value
end
local function drop_edits(address)
  local _, count = edits_of(address)
  if count > 0 then redis.call('HDEL', edits, fields_of(address, count)) end
end
local function write(address, it, list)
  local head = table.concat({it.sequence, it.ends, it.listed, it.verified, it.password}, ' ')
  if head ~= it.head then redis.call('HSET', peers, address, head) end
  if list then
    redis.call('HSET', images, address, list)
    drop_edits(address)
    redis.call('HSET', edits, address, id .. ' 0 0')
    add('i', list)
  end
  add(address, head)
end
local function drop(address)
  redis.call('HDEL', peers, address)
  redis.call('HDEL', images, address)
  drop_edits(address)
  redis.call('HDEL', edits, address)
end
local function later(a, b)
  if a == '-' or b == '-' then return '-' end
  return tonumber(a) > tonumber(b) and a or b
end

local function has_left(address, ends, password)
  local left = redis.call('ZSCORE', KEYS[8], address .. ' ' .. password)
  return left and ends ~= '-' and tonumber(ends) <= tonumber(left)
end

local change = {}
function change.put(address, ends, listed, verified, password, list)
  if has_left(address, ends, password) then return end
  write(address, {sequence = id, ends = ends, listed = listed, verified = verified, password = password}, list)
end
function change.restore(address, ends, listed, verified, password, list, before)
  local peer = read(address)
  if peer and tonumber(peer.sequence) >= tonumber(before) then return end
  add('r', '1')
  change.put(address, ends, listed, verified, password, list)
end
function change.update(address, password, list, base)
  local peer = owned(address, password)
  if not peer then return end
  if base ~= '' and edits_of(address) ~= base then return end
  write(address, peer, list)
end
function change.edit(address, password, base, text)
  local peer = owned(address, password)
  if not peer then return end
  local at, count, size = edits_of(address)
  count, size = count + 1, size + #text + ${FIELD_BYTES}
  local is_long = size > ${EDIT_BYTES} and size > redis.call('HSTRLEN', images, address)
  if at ~= base or count > ${MAX_EDITS} or is_long then return add('n', at) end
  redis.call('HSET', edits, address, table.concat({id, count, size}, ' '), address .. ' ' .. count, text)
  add('e', text)
  add(address, peer.head)
end
function change.move(address, from, password, list)
  local peer = owned(from, password)
  if not peer or read(address) or has_left(address, peer.ends, password) then return end
  drop(from)
  peer.head = nil
  add('f', from)
  write(address, peer, list)
end
function change.list(address, password, listed)
  local peer = owned(address, password)
  if not peer then return end
  peer.listed = listed
  write(address, peer)
end
function change.remove(address, password, ended, before)
  local peer = owned(address, password)
  if not peer then return end
  if ended ~= '-' and later(ended, peer.ends) ~= ended then return end
  if before ~= '' and tonumber(peer.sequence) >= tonumber(before) then return end
  drop(address)
  add(address, '')
  if ended ~= '-' then redis.call('ZADD', KEYS[8], text(ended - ${LEFT_MS}), address .. ' ' .. password) end
end
function change.renew(...)
  local all = {...}
  for i = 1, #all, 4 do
    local peer = owned(all[i], all[i + 1])
    if peer then
      peer.ends = later(peer.ends, all[i + 2])
      if all[i + 3] == '1' then peer.verified = '1' end
      write(all[i], peer)
    end
  end
end

local added = tonumber(redis.call('HGET', meta, 'added') or '0')
local removed = tonumber(redis.call('HGET', meta, 'removed') or '0')
local function keep()
  redis.call('XADD', KEYS[4], id .. '-0', unpack(entry))
  added = added + ${ENTRY_BYTES}
  for _, it in ipairs(entry) do added = added + #it end
  while added - removed > ${STREAM_BYTES} do
    local count = redis.call('XLEN', KEYS[4])
    if count == 1 then break end
    redis.call('XTRIM', KEYS[4], 'MAXLEN', math.floor(count - count / 64)) -- Many, since reading one has its price.
    local first = redis.call('XRANGE', KEYS[4], '-', '+', 'COUNT', 1)[1]
    removed = tonumber(first[2][2]:match('%d+$'))
  end
end

local i = 3
while i <= #ARGV do
  local number, first, count = tonumber(ARGV[i]), i + 3, tonumber(ARGV[i + 2])
  if number > made then
    made = number
    local before = id
    last = math.max(last + 1, now)
    id = text(last)
    entry = {'b', origin .. ' ' .. ARGV[i] .. ' ' .. before .. ' ' .. text(added)}
    change[ARGV[i + 1]](unpack(ARGV, first, first + count - 1))
    keep()
  end
  i = first + count
end
redis.call('HSET', meta, 'last', id, 'added', text(added), 'removed', text(removed))
redis.call('HSET', KEYS[6], origin, text(made))
return id
`;
