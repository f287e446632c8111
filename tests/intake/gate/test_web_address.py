"""Addresses in papers: what an honest paper leads to passes, what looks like another place does not."""

import pytest

from pipeline.intake.gate.web_address import is_plain

HONEST = [
    "https://adilet.zan.kz/kaz/docs/V2500035917", "https://egov.kz/cms/kk?x=1&y=2#top", "HTTP://GOV.KZ",
    "https://gov.kz:8443/a?b=c@d", "https://a.b-c.kz/~x;y=1,2(3)!*'/[z]", "http://1tv.kz/", "http://portal/x",
    "https://қазақстан.қаз", "https://мвд.рф", "https://www.мвд.рф/", "HTTPS://МВД.РФ", "https://қр-іс.қаз:443/",
    "https://кремль.com", "https://xn--b1aew.xn--p1ai/", "https://XN--B1AEW.xn--p1ai/",
    "https://xn--80aaa0a6awh12ed.xn--80ao21a/%D1%96%D0%B7?%D1%81=%7B1%7D%203#%D0%B6",
    "https://www.%D0%BC%D0%B2%D0%B4.%D1%80%D1%84/", "https://münchen.de", "https://xn--mnchen-3ya.de",
    "https://straße.de", "https://kk.wikipedia.org/wiki/Қазақстан", "http://10.10.1.5:8080/a",
    "http://192.168.1.1", "http://95.59.0.1/", "mailto:hr@mvd.gov.kz", "MAILTO:hr@mvd.gov.kz?Subject=Іс",
    "mailto:hr@%D0%BC%D0%B2%D0%B4.%D1%80%D1%84", "mailto:hr@мвд.рф", "mailto:a.b+c@d.kz,c@d.kz;e@f.kz",
    "mailto:a@b.kz?subject=%D0%86%D1%81%20%22%D1%82%22&body=a%0D%0Ab&cc=x%40y.kz,z@y.kz",
]  # fmt: skip
"""Those with xn-- and % as LibreOffice writes them for addresses typed in Cyrillic."""

MISLEADING = [
    # signs that steer, hide, or pass for a dot or a stroke
    "https://gov.kz\u202eevil", "https://go\u200bv.kz", "https://gov.kz\u00ad.kz", "https://gov.kz\u2215evil.com",
    "https://gov.kz\u2044evil.com", "https://gov.kz\uff0fevil.com", "https://gov\u3002kz", "https://gov\uff0ekz",
    "https://gov\uff61kz", "https://gov.kz\u060cevil", "https://gov.kz\u0338/", "https://gov.kz/\u202e",
    "https://gov.kz/\u200b", "https://gov.kz\n", "https://gov.kz/\n", "https://gov.kz/\x00",
    # another host than the first one read
    "https://a@gov.kz", "https://gov.kz@evil.example/", "https://gov.kz%40evil.com", "https://gov.kz;evil.com",
    "https://gov.kz&x=evil.com", "https://gov.kz\\evil", "https://gov.kz/\\..\\evil", "https://gov.kz:@evil.com",
    # coded
    "https://g%6fv.kz/", "https://g%2fv.kz/", "https://gov.kz%00.evil", "https://мвд.рф%2eevil.com",
    "https://%E3%80%82.kz", "https://gov%E2%80%AEx.kz", "https://%D0%B5gov.kz", "https://%D0.kz",
    "https://gov.kz/%USERNAME%", "https://gov.kz/%",
    # letters that look like others
    "https://еgov.kz", "https://xn--gov-9cd.kz", "https://аррӏе.com", "https://xn--80ak6aa92e.com",
    "https://gοv.kz", "https://eɡov.kz", "https://ɢoogle.com", "https://ıi.kz", "https://\u212aaz.kz",
    "https://ⓖov.kz", "https://ẚ.kz", "https://мвд\u0301.рф", "https://１.kz", "httpſ://gov.kz",
    "https://xn--a.kz", "https://xn--kz-.kz",
    # numbers
    "http://2130706433/", "http://0x7f000001/", "http://0X7F.1", "http://127.1", "http://127.0.0.1/",
    "http://0177.0.0.1", "http://0.0.0.0", "http://169.254.169.254/", "http://224.0.0.1/", "http://1.2.3.4.5/",
    "http://256.1.1.1/", "http://[::1]/", "http://[2001:db8::1]/", "http://localhost/x", "http://a.localhost",
    "https://１２７.0.0.1", "https://gov.kz:99999/", "https://gov.kz:0/", "https://gov.kz:/",
    # no names
    "https://gov.kz.", "https://.kz", "https://a..kz", "https://-a.kz", "https:///gov.kz", "https://",
    "http:gov.kz", "//gov.kz", "ftp://gov.kz", " https://gov.kz", "https://gov.kz/a b", 'https://gov.kz/"x',
    "https://" + "a" * 64 + ".kz", "https://" + "a." * 130 + "kz",
    # mail that takes more along
    "mailto:", "mailto:kadr", "mailto:%3Fattach=/etc/passwd", "mailto:a@b.kz%3Fattach=x", "mailto:a%40b.kz",
    "mailto:a@b.kz?body=x&attach=/x", "mailto:a@b.kz&attach=/x", "mailto:a@b.kz;attach=/x", "mailto:a@b.kz?cc=x",
    "mailto:a@b.kz?subject=%0d%0aBcc:x", "mailto:a@b.kz?subject=a&subject=b", "mailto:a@b.kz?bcc=c@d.kz",
    "mailto:a@b.kz?subject=%E2%80%AE", "mailto:a@b.kz\r\nbcc:x", "mailto:a@b.kz?cc=c@d.kz%26attach=x",
    "mailto:a@b.kz?body=%00", "mailto:a@b.kz?body=%FF", "mailto:a@b.kz?subject=x#y", "mailto:a@localhost",
]  # fmt: skip


@pytest.mark.parametrize("address", HONEST)
def test_honest(address):
    assert is_plain(address)


@pytest.mark.parametrize("address", MISLEADING, ids=ascii)
def test_misleading(address):
    assert not is_plain(address)
