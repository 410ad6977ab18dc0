using GitLabJira.Functions.GitLab.Grants;

namespace GitLabJira.Functions.Tests.GitLab.Grants;

[TestClass]
public sealed class PkceTests
{
    [TestMethod]
    [DataRow("ks02i3jdikdo2k0dkfodf3m39rjfjsdk0wk349rj3jrhf", "2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U", DisplayName = "GitLab's documentation")]
    [DataRow("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", DisplayName = "RFC 7636, appendix B")]
    public void Makes_the_known_challenge(string verifier, string challenge)
    {
        Assert.AreEqual(challenge, Pkce.Challenge(verifier));
    }

    [TestMethod]
    public void Makes_verifiers_of_the_allowed_form_that_differ()
    {
        var verifiers = Enumerable.Range(0, 100).Select(_ => Pkce.NewVerifier()).ToList();

        Assert.HasCount(100, verifiers.Distinct(StringComparer.Ordinal));
        Assert.IsTrue(verifiers.TrueForAll(verifier => verifier.Length is >= 43 and <= 128 && verifier.All(character => char.IsAsciiLetterOrDigit(character) || "-._~".Contains(character, StringComparison.Ordinal))));
    }
}
