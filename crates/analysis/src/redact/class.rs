//! What a name is the name of, and which fields hold names of which class.

/// What a name is the name of. Names of one class get stand-ins of one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// A host or a domain: one label or several.
    Host,
    /// A user id, or the part of a URI before the `@`.
    User,
    /// A directory number or a telephone number.
    Number,
    /// An IPv4 or IPv6 address.
    Address,
    /// A MAC address.
    Hardware,
    /// A device, such as `SEP0011AABBCCDD` or `CSFJDOE`.
    Device,
    /// The name of a person.
    Person,
    /// An organisation, a unit or a place in a distinguished name.
    Organisation,
    /// A name that an administrator chose: a zone, a rule, a description.
    Label,
    /// An id that follows a request, a call or a session: TrackingID, Call-ID, tags, UUIDs.
    Tracking,
    /// A serial number or a fingerprint.
    Serial,
    /// A password, cookie or token: one stand-in for all.
    Secret,
}

impl Class {
    /// Every class, with its word in the table of names.
    pub(crate) const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Host, "host"),
        (Self::User, "user"),
        (Self::Number, "number"),
        (Self::Address, "address"),
        (Self::Hardware, "mac"),
        (Self::Device, "device"),
        (Self::Person, "person"),
        (Self::Organisation, "organisation"),
        (Self::Label, "label"),
        (Self::Tracking, "tracking"),
        (Self::Serial, "serial"),
        (Self::Secret, "secret"),
    ];

    /// Its word in the table of names.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(class, _)| *class == self).map_or("", |(_, word)| word)
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(class, _)| *class)
    }
}

/// What the value of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Hosts, also without a domain; or addresses.
    Hosts,
    /// A user, a number, or a URI.
    Alias,
    /// The whole value is a name of this class.
    Whole(Class),
    /// A name that an administrator chose, unless it has the form of something else.
    Chosen,
    /// Cookies: `name=value` pairs.
    Cookies,
    /// `"Display name" <uri>;parameters`
    Party,
    /// Nothing to replace: a name of the product.
    Nothing,
}

/// Keys of pairs, of JSON and of XML elements: lower case, without hyphens and underscores.
#[allow(clippy::match_same_arms, reason = "arms are groups of keys that belong together")]
pub(crate) fn of_key(key: &str, in_dump: bool) -> Option<Holds> {
    use Class::{Label, Organisation, Person, Secret, Serial, Tracking, User};
    use Holds::{Alias, Chosen, Cookies, Hosts, Nothing, Whole};
    let mut buffer = [0u8; 32];
    let mut length = 0;
    for byte in key.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b'.')) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let key = std::str::from_utf8(&buffer[..length]).ok()?;
    Some(match key {
        "username"
        | "userid"
        | "user"
        | "uid"
        | "loginname"
        | "login"
        | "authid"
        | "authname"
        | "owner"
        | "ownerid"
        | "ownerusername"
        | "account"
        | "accountname"
        | "samaccountname"
        | "upn"
        | "principal"
        | "authenticationusername"
        | "authenticationname"
        | "agentid"
        | "mailid"
        | "email"
        | "mail"
        | "emailaddress"
        | "userprincipalname"
        | "serviceaccount"
        | "nameid"
        | "subjectid" => Alias,
        "srcalias" | "dstalias" | "aor" | "to" | "from" | "requesturi" | "contact" | "destinationalias"
        | "sourcealias" | "callingnumber" | "callednumber" | "telephonenumber" | "directorynumber"
        | "phonenumber" | "mobile" | "dirn" | "pattern" | "alias" | "jid" | "identity" => Alias,
        "host" | "hostname" | "server" | "serveraddress" | "serverhost" | "servername" | "address"
        | "peer" | "peeraddress" | "node" | "nodename" | "dnsname" | "altname" | "commonname" | "domain"
        | "domainname" | "fqdn" | "sni" | "systemhostname" | "clustername" | "identitites" | "identities"
        | "userudsserver" | "homecluster" | "homeuds" | "tftp" | "cucmhostname" | "mx" | "ptr" | "ntp"
        | "publisher" | "subscriber" | "subjectname" | "certsubjectname" | "verifysubjectname"
        | "tlsverifyname" | "realm" | "tftpserver" | "ntpserver" | "ldapserver" | "proxyserver" => Hosts,
        "password" | "passwd" | "pwd" | "secret" | "token" | "accesstoken" | "refreshtoken" | "idtoken"
        | "authorization" | "proxyauthorization" | "nonce" | "cnonce" | "nextnonce" | "passphrase"
        | "apikey" | "sharedsecret" | "community" | "communityname" | "assertion" | "samlresponse"
        | "samlrequest" | "relaystate" | "xauth" | "calculatedresponse" | "cryptokey" | "psk" | "jwt"
        | "clientsecret" | "sessionkey" | "ssosessionid" | "bearer" | "authtoken" | "optionkey"
        | "releasekey" | "authcode" => Whole(Secret),
        "cookie" | "setcookie" => Cookies,
        "trackingid" | "callid" | "sessionid" | "localsessionid" | "remotesessionid" | "jsessionid"
        | "jsessionidsso" | "fromtag" | "totag" | "branch" | "proxycallid" | "requestid" | "tag"
        | "correlationid" | "conversationid" | "traceid" => Whole(Tracking),
        "displayname" | "fullname" | "firstname" | "lastname" | "givenname" | "surname" | "sn" => {
            Whole(Person)
        }
        "organization" | "organisation" | "organizationunit" | "organizationalunit" | "companyname"
        | "company" | "locality" => Whole(Organisation),
        "serialnumber" | "serial" | "fingerprint" | "sha1" | "sha256" | "subjectkeyid" | "authoritykeyid"
        | "thumbprint" => Whole(Serial),
        "inboundzone" | "outboundzone" | "zone" | "zonename" | "matchedzone" | "searchrule" | "rulename"
        | "pipe" | "subzone" | "candidates" | "profile" | "securityprofile" | "conferencename" | "room" => {
            Chosen
        }
        "module" | "codelocation" | "method" | "thread" | "threadid" | "level" | "utctime" | "event"
        | "protocol" | "txnid" | "pid" | "msghash" | "cseq" | "severity" | "version" | "useragent"
        | "product" | "softwareversion" => Nothing,
        "name" | "description" | "contactname" | "location" | "text" | "banner" | "systemname" if in_dump => {
            Chosen
        }
        "uuid" => Whole(Tracking),
        "realname" => Whole(Person),
        "subject" if in_dump => Whole(Organisation),
        "note" | "comment" => Whole(Label),
        "loginuser" => Whole(User),
        _ => return None,
    })
}

/// Header fields of a message, in lower case.
pub(crate) fn of_header(name: &str) -> Option<Holds> {
    use Class::{Label, Secret, Tracking};
    let mut buffer = [0u8; 32];
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    Some(match std::str::from_utf8(lower).ok()? {
        "cookie" | "set-cookie" => Holds::Cookies,
        "authorization" | "proxy-authorization" | "x-auth" | "authentication-info" => Holds::Whole(Secret),
        "call-id" | "trackingid" | "x-cisco-trackingid" | "x-request-id" => Holds::Whole(Tracking),
        "from"
        | "to"
        | "contact"
        | "p-asserted-identity"
        | "p-preferred-identity"
        | "remote-party-id"
        | "diversion"
        | "referred-by"
        | "refer-to"
        | "reply-to"
        | "history-info" => Holds::Party,
        "subject" | "organization" => Holds::Whole(Label),
        "host" | "x-forwarded-host" | "x-forwarded-server" => Holds::Hosts,
        "user-agent" | "server" | "date" | "allow" | "supported" | "content-type" | "accept" => {
            Holds::Nothing
        }
        _ => return None,
    })
}
