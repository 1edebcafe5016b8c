//! Whether a request was made to this machine under a name that only this machine has.

use std::net::IpAddr;

/// Whether the host of a request (`localhost:8080`, `[::1]`) is this machine itself. A page of elsewhere that points its own name
/// at this machine does not pass.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether the page that makes a request (`http://localhost:8080`) is of the host that it is made to.
pub(crate) fn is_same_origin(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, of_page)| of_page.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_told_from_others() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.8.8.8", "[::1]:80", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in
            ["example.org", "localhost.example.org:8080", "192.168.0.1", "[2001:db8::1]:80", "", "127.0.0.1.example"]
        {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn a_page_of_another_port_is_of_elsewhere() {
        assert!(is_same_origin("http://localhost:8080", "localhost:8080"));
        assert!(
            !is_same_origin("http://localhost:3000", "localhost:8080") && !is_same_origin("null", "localhost:8080")
        );
    }
}
