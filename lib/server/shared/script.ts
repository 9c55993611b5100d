/**
 * What runs in the engine, in Lua (https://redis.io/docs/latest/develop/programmability/eval-intro/). A script is one
 * step: nobody sees half of it, and a tracker that is killed leaves none. Redis 7 and Valkey 8 run them alike.
 *
 * A registration is two texts of two hashes: `sequence endsAt listed verified password`, and its images as JSON. Only the
 * scripts decide what a change does (`changed` in shared_state.ts does the same); trackers assign the results.
 */

import { LEFT_MS } from "../../tracker/shared/shared_state.ts";

/** The keys, as the scripts number them. All are in one hash slot, so that a cluster keeps them on one node. */
const KEYS = ["meta", "peers", "images", "changes", "trackers", "made", "limits", "left"] as const;

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

/**
 * `origin epoch position limits (host taken)...` -> `ok epoch last made now first has batches trackers...`, or why the
 * data is not ours. The batches after the one that `limits` names say what sources took at all trackers.
 */
export const BEAT = `${NOW}
local meta, origin = KEYS[1], ARGV[1]
local kind = redis.call('TYPE', meta).ok
if kind == 'none' then
  for i = 2, #KEYS do if redis.call('EXISTS', KEYS[i]) == 1 then return {'ENOTOURS'} end end
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

/** `address...` -> `images...`: those of the first addresses, as many as fit. */
export const IMAGES = `
local reply, sum = {}, 0
for i, address in ipairs(ARGV) do
  reply[i] = redis.call('HGET', KEYS[3], address) or '[]'
  sum = sum + #reply[i]
  if sum >= ${PAGE_BYTES} then break end
end
return reply
`;

/**
 * `origin epoch (number kind count arguments...)...`. Each number makes one entry of the stream: `b`, by whom it was made
 * and after which entry, and what it did, addresses and registrations. A registration is its images, if they may have
 * changed, and its other text; it is empty if the peer is gone. A number that was made before is not made again.
 */
export const MAKE = `${NOW}
local meta, peers, images, origin = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
if redis.call('HGET', meta, 'epoch') ~= ARGV[2] then return redis.error_reply('${OTHER_EPOCH}') end
local last = tonumber(redis.call('HGET', meta, 'last'))
local made = tonumber(redis.call('HGET', KEYS[6], origin) or '0')
local id, entry

local function read(address)
  local head = redis.call('HGET', peers, address)
  if not head then return nil end
  local sequence, ends, listed, verified, password = head:match('^(%d+) (%S+) (%d) (%d) (.*)$')
  return {sequence = sequence, ends = ends, listed = listed, verified = verified, password = password}
end
local function owned(address, password)
  local peer = read(address)
  return peer and peer.password == password and peer or nil
end
local function add(...) for _, it in ipairs({...}) do entry[#entry + 1] = it end end
local function write(address, it, list)
  local head = table.concat({it.sequence, it.ends, it.listed, it.verified, it.password}, ' ')
  redis.call('HSET', peers, address, head)
  if list then redis.call('HSET', images, address, list) end
  add(address, (list or '') .. '\\n' .. head)
end
local function drop(address)
  redis.call('HDEL', peers, address)
  redis.call('HDEL', images, address)
end
local function later(a, b)
  if a == '-' or b == '-' then return '-' end
  return tonumber(a) > tonumber(b) and a or b
end

local change = {}
function change.put(address, ends, listed, verified, password, list)
  local left = redis.call('ZSCORE', KEYS[8], address .. ' ' .. password)
  if left and ends ~= '-' and tonumber(ends) <= tonumber(left) then return end
  write(address, {sequence = id, ends = ends, listed = listed, verified = verified, password = password}, list)
end
function change.restore(address, ends, listed, verified, password, list, before)
  local peer = read(address)
  if peer and tonumber(peer.sequence) >= tonumber(before) then return end
  add('r', '1')
  change.put(address, ends, listed, verified, password, list)
end
function change.update(address, password, list)
  local peer = owned(address, password)
  if peer then write(address, peer, list) end
end
function change.move(address, from, password, list)
  local peer = owned(from, password)
  if not peer or read(address) then return end
  drop(from)
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

local kept = tonumber(redis.call('HGET', meta, 'kept') or '0')
local function weight(texts)
  local sum = ${ENTRY_BYTES}
  for _, it in ipairs(texts) do sum = sum + #it end
  return sum
end
local function keep()
  redis.call('XADD', KEYS[4], id .. '-0', unpack(entry))
  kept = kept + weight(entry)
  while kept > ${STREAM_BYTES} do
    local first = redis.call('XRANGE', KEYS[4], '-', '+', 'COUNT', 1)[1]
    if not first or first[1] == id .. '-0' then break end
    redis.call('XDEL', KEYS[4], first[1])
    kept = kept - weight(first[2])
  end
end

local i = 3
while i <= #ARGV do
  local number, first, count = tonumber(ARGV[i]), i + 3, tonumber(ARGV[i + 2])
  if number > made then
    made = number
    local before = text(last)
    last = math.max(last + 1, now)
    id = text(last)
    entry = {'b', origin .. ' ' .. ARGV[i] .. ' ' .. before}
    change[ARGV[i + 1]](unpack(ARGV, first, first + count - 1))
    keep()
  end
  i = first + count
end
redis.call('HSET', meta, 'last', text(last), 'kept', text(kept))
redis.call('HSET', KEYS[6], origin, text(made))
return text(last)
`;
