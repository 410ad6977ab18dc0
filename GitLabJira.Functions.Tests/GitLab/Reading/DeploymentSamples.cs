namespace GitLabJira.Functions.Tests.GitLab.Reading;

/// <summary>Deployments as GitLab's REST API shows them.</summary>
internal static class DeploymentSamples
{
    public const string Job = """
        {"id":70,"iid":9,"ref":"main","sha":"abc","status":"success","created_at":"2026-11-20T10:00:00.000Z","updated_at":"2026-11-20T10:09:00.000Z",
         "user":{"id":1,"name":"Ann","username":"ann"},
         "environment":{"id":4,"name":"prod","slug":"prod","external_url":"https://shop.test"},
         "deployable":{"id":600,"status":"success","stage":"deploy","name":"deploy-prod","ref":"main","tag":false,"duration":12.5,"web_url":"https://gitlab.test/acme/shop/-/jobs/600",
                       "commit":{"id":"abc","message":"PROJ-5 Deploy","author_name":"Ann","author_email":"ann@example.com","created_at":"2026-11-20T09:00:00.000Z","parent_ids":["p"]},
                       "pipeline":{"id":500,"iid":44,"sha":"abc","ref":"refs/merge-requests/31/head","status":"success","web_url":"https://gitlab.test/acme/shop/-/pipelines/500"}}}
        """;

    public const string Api = """
        {"id":71,"iid":10,"ref":"main","sha":"abd","status":"running","created_at":"2026-11-20T10:00:00.000Z","updated_at":"2026-11-20T10:09:00.000Z",
         "environment":{"id":4,"name":"prod"},"deployable":null}
        """;
}
