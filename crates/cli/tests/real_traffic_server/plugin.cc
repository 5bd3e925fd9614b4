// Traffic Server plugin of the proof: writes the four steps of every request as an Expressway's own plugin does, and
// tells which connection every failed handshake belongs to.
//
// Both go into diags.log by TSStatus, between Traffic Server's own lines and in their order:
//   step <line>            a line of Module="network.http.trafficserver"; it belongs into the log
//   truth <address> <fact> what only the proof may know; it is taken out of the log
//
// The truth needs no change to the server: every request connects from an address of its own (127.64.0.0/10, made
// from its Txn-id), so a connection names its request. Traffic Server closes a connection whose handshake failed in the
// call stack that wrote the WARNING, so the next "closed" of that thread names the connection of the WARNING.
//
// Built by the proof with: g++ -shared -fPIC -std=c++17 -o steps.so plugin.cc

#include <ts/ts.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <string>

namespace
{
constexpr uint32_t FIRST_SOURCE = 0x7f400000; // 127.64.0.0
constexpr uint32_t SOURCES      = 1u << 22;

std::atomic<uint32_t> last_txn{0};
int slot = -1;

struct Request {
  uint32_t id;
  std::string tracking;
};

std::string
utc_now()
{
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts;
  gmtime_r(&now.tv_sec, &parts);
  char text[40];
  size_t used = strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  snprintf(text + used, sizeof text - used, ",%03ld", now.tv_nsec / 1000000);
  return text;
}

std::string
address(const sockaddr *from)
{
  char text[INET6_ADDRSTRLEN] = "";
  if (from != nullptr && from->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in *>(from)->sin_addr, text, sizeof text);
  }
  return text;
}

int
port(const sockaddr *from)
{
  return from != nullptr && from->sa_family == AF_INET ? ntohs(reinterpret_cast<const sockaddr_in *>(from)->sin_port) : 0;
}

std::string
header(TSMBuffer buffer, TSMLoc message, const char *name)
{
  TSMLoc field = TSMimeHdrFieldFind(buffer, message, name, static_cast<int>(strlen(name)));
  if (field == TS_NULL_MLOC) {
    return "";
  }
  int length       = 0;
  const char *text = TSMimeHdrFieldValueStringGet(buffer, message, field, -1, &length);
  std::string value(text != nullptr ? text : "", text != nullptr ? length : 0);
  TSHandleMLocRelease(buffer, message, field);
  return value;
}

std::string
version(TSMBuffer buffer, TSMLoc message)
{
  int number = TSHttpHdrVersionGet(buffer, message);
  return "HTTP/" + std::to_string(TS_HTTP_MAJOR(number)) + "." + std::to_string(TS_HTTP_MINOR(number));
}

// `authority` is put before the path: the client's request is written in absolute form.
std::string
request_line(TSMBuffer buffer, TSMLoc message, const std::string &authority)
{
  int length         = 0;
  const char *method = TSHttpHdrMethodGet(buffer, message, &length);
  std::string line   = std::string(method, length) + " " + authority + "/";
  TSMLoc url;
  if (TSHttpHdrUrlGet(buffer, message, &url) == TS_SUCCESS) {
    const char *path = TSUrlPathGet(buffer, url, &length);
    line.append(path != nullptr ? path : "", path != nullptr ? length : 0);
    const char *query = TSUrlHttpQueryGet(buffer, url, &length);
    if (query != nullptr && length > 0) {
      line.append("?").append(query, length);
    }
    TSHandleMLocRelease(buffer, message, url);
  }
  return line + " " + version(buffer, message);
}

std::string
status_line(TSMBuffer buffer, TSMLoc message)
{
  int length         = 0;
  const char *reason = TSHttpHdrReasonGet(buffer, message, &length);
  std::string text(reason != nullptr ? reason : "", reason != nullptr ? length : 0);
  return version(buffer, message) + " " + std::to_string(static_cast<int>(TSHttpHdrStatusGet(buffer, message))) + " " + text;
}

void
step(const Request &request, const char *detail, const std::string &tracking, const std::string &rest)
{
  TSStatus("step UTCTime=\"%s\" Module=\"network.http.trafficserver\" Level=\"INFO\": Detail=\"%s\" Txn-id=\"%u\" TrackingID=\"%s\" %s",
           utc_now().c_str(), detail, request.id, tracking.c_str(), rest.c_str());
}

std::string
ends(const char *side, const sockaddr *peer)
{
  return std::string(side) + "-ip=\"" + address(peer) + "\" " + side + "-port=\"" + std::to_string(port(peer)) + "\"";
}

void
connect_from_own_address(TSHttpTxn txn, uint32_t id)
{
  sockaddr_in source{};
  source.sin_family      = AF_INET;
  source.sin_addr.s_addr = htonl(FIRST_SOURCE + id % SOURCES);
  TSHttpTxnOutgoingAddrSet(txn, reinterpret_cast<const sockaddr *>(&source));
}

void
on_request(TSHttpTxn txn, Request &request)
{
  TSMBuffer buffer;
  TSMLoc message;
  if (TSHttpTxnClientReqGet(txn, &buffer, &message) != TS_SUCCESS) {
    return;
  }
  request.tracking = header(buffer, message, "TrackingID");
  std::string line = request_line(buffer, message, "http://" + header(buffer, message, "Host"));
  step(request, "Receive Request", request.tracking,
       ends("Src", TSHttpTxnClientAddrGet(txn)) + " Last-via-addr=\"\" Msg=\"" + line + "\"");
  TSHandleMLocRelease(buffer, TS_NULL_MLOC, message);
}

void
on_send_request(TSHttpTxn txn, const Request &request)
{
  TSMBuffer buffer;
  TSMLoc message;
  if (TSHttpTxnServerReqGet(txn, &buffer, &message) != TS_SUCCESS) {
    return;
  }
  step(request, "Sending Request", request.tracking,
       ends("Dst", TSHttpTxnServerAddrGet(txn)) + " Msg=\"" + request_line(buffer, message, "") + "\"");
  TSHandleMLocRelease(buffer, TS_NULL_MLOC, message);
}

void
on_response(TSHttpTxn txn, const Request &request)
{
  TSMBuffer buffer;
  TSMLoc message;
  if (TSHttpTxnServerRespGet(txn, &buffer, &message) != TS_SUCCESS) {
    return;
  }
  step(request, "Receive Response", "", ends("Src", TSHttpTxnServerAddrGet(txn)) + " Msg=\"" + status_line(buffer, message) + "\"");
  TSHandleMLocRelease(buffer, TS_NULL_MLOC, message);
}

void
on_send_response(TSHttpTxn txn, const Request &request)
{
  TSMBuffer buffer;
  TSMLoc message;
  if (TSHttpTxnClientRespGet(txn, &buffer, &message) != TS_SUCCESS) {
    return;
  }
  step(request, "Sending Response", "", ends("Dst", TSHttpTxnClientAddrGet(txn)) + " Msg=\"" + status_line(buffer, message) + "\"");
  TSHandleMLocRelease(buffer, TS_NULL_MLOC, message);
}

int
on_transaction(TSCont, TSEvent event, void *data)
{
  TSHttpTxn txn = static_cast<TSHttpTxn>(data);
  if (event == TS_EVENT_HTTP_TXN_START) {
    Request *fresh = new Request{++last_txn, ""};
    connect_from_own_address(txn, fresh->id);
    TSUserArgSet(txn, slot, fresh);
  }
  Request *request = static_cast<Request *>(TSUserArgGet(txn, slot));
  if (request != nullptr) {
    switch (event) {
    case TS_EVENT_HTTP_READ_REQUEST_HDR:
      on_request(txn, *request);
      break;
    case TS_EVENT_HTTP_SEND_REQUEST_HDR:
      on_send_request(txn, *request);
      break;
    case TS_EVENT_HTTP_READ_RESPONSE_HDR:
      on_response(txn, *request);
      break;
    case TS_EVENT_HTTP_SEND_RESPONSE_HDR:
      on_send_response(txn, *request);
      break;
    case TS_EVENT_HTTP_TXN_CLOSE:
      TSUserArgSet(txn, slot, nullptr);
      delete request;
      break;
    default:
      break;
    }
  }
  TSHttpTxnReenable(txn, TS_EVENT_HTTP_CONTINUE);
  return 0;
}

// The socket is asked, not the connection object: it forgets its own address when the handshake fails early.
int
on_connection(TSCont, TSEvent event, void *data)
{
  TSVConn connection = static_cast<TSVConn>(data);
  sockaddr_storage own{}, peer{};
  socklen_t size = sizeof own;
  int socket     = TSVConnFdGet(connection);
  getsockname(socket, reinterpret_cast<sockaddr *>(&own), &size);
  size = sizeof peer;
  getpeername(socket, reinterpret_cast<sockaddr *>(&peer), &size);
  const sockaddr *here  = reinterpret_cast<const sockaddr *>(&own);
  const sockaddr *there = reinterpret_cast<const sockaddr *>(&peer);
  TSStatus("truth %s %s %s:%d", address(here).c_str(), event == TS_EVENT_VCONN_OUTBOUND_START ? "opened" : "closed",
           address(there).c_str(), port(there));
  TSVConnReenable(connection);
  return 0;
}
} // namespace

void
TSPluginInit(int, const char **)
{
  TSPluginRegistrationInfo info;
  info.plugin_name   = "steps";
  info.vendor_name   = "waytrace";
  info.support_email = "nobody@example.com";
  if (TSPluginRegister(&info) != TS_SUCCESS || TSUserArgIndexReserve(TS_USER_ARGS_TXN, "steps", "request", &slot) != TS_SUCCESS) {
    TSEmergency("the plugin of the proof could not be registered");
    return;
  }
  TSCont transactions = TSContCreate(on_transaction, nullptr);
  for (TSHttpHookID hook : {TS_HTTP_TXN_START_HOOK, TS_HTTP_READ_REQUEST_HDR_HOOK, TS_HTTP_SEND_REQUEST_HDR_HOOK,
                            TS_HTTP_READ_RESPONSE_HDR_HOOK, TS_HTTP_SEND_RESPONSE_HDR_HOOK, TS_HTTP_TXN_CLOSE_HOOK}) {
    TSHttpHookAdd(hook, transactions);
  }
  TSCont connections = TSContCreate(on_connection, nullptr);
  TSHttpHookAdd(TS_VCONN_OUTBOUND_START_HOOK, connections);
  TSHttpHookAdd(TS_VCONN_OUTBOUND_CLOSE_HOOK, connections);
}
