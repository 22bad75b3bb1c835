// Drives the front through Octokit, GitHub's own client, and prints what it saw as one JSON object.
// Arguments: base URL, token, organization.
import { Octokit } from "@octokit/rest";

const [baseUrl, auth, org] = process.argv.slice(2);
const octokit = new Octokit({ baseUrl, auth });
const seen = {};

const everybody = (route, options = {}) =>
  octokit.paginate(route, { org, per_page: 2, ...options });
const login = (person) => person.login;

seen.members = (await everybody(octokit.rest.orgs.listMembers)).map(login);
seen.admins = (await everybody(octokit.rest.orgs.listMembers, { role: "admin" })).map(login);
seen.teams = (await everybody(octokit.rest.teams.list)).map((team) => team.slug);
seen.outside = (await everybody(octokit.rest.orgs.listOutsideCollaborators)).map(login);
seen.inTeam = (await everybody(octokit.rest.teams.listMembersInOrg, { team_slug: "engineering" })).map(login);
seen.collaborators = (
  await octokit.paginate(octokit.rest.repos.listCollaborators, { owner: org, repo: "site", affiliation: "direct" })
).map((person) => [person.login, person.role_name]);

const stranger = (await octokit.rest.users.getByUsername({ username: "stranger" })).data;
const storage = (await octokit.rest.teams.getByName({ org, team_slug: "storage" })).data;
const invitation = (
  await octokit.rest.orgs.createInvitation({ org, invitee_id: stranger.id, team_ids: [storage.id] })
).data;
seen.invited = [invitation.login, invitation.role, invitation.team_count];
seen.pending = (await everybody(octokit.rest.orgs.listPendingInvitations)).map(login);
await octokit.rest.orgs.cancelInvitation({ org, invitation_id: invitation.id });
seen.stillPending = (await everybody(octokit.rest.orgs.listPendingInvitations)).map(login);

const place = { org, team_slug: "storage", username: "user3" };
seen.placed = (await octokit.rest.teams.addOrUpdateMembershipForUserInOrg({ ...place, role: "maintainer" })).data.role;
await octokit.rest.teams.removeMembershipForUserInOrg(place);
seen.removedFromTeam = await octokit.rest.teams.getMembershipForUserInOrg(place).catch((error) => error.status);

const access = { owner: org, repo: "site", username: "user3" };
seen.granted = (await octokit.rest.repos.addCollaborator({ ...access, permission: "push" })).status;
seen.permission = (await octokit.rest.repos.getCollaboratorPermissionLevel(access)).data.role_name;
await octokit.rest.repos.removeCollaborator(access);

await octokit.rest.orgs.removeMembershipForUser({ org, username: "user4" });
seen.gone = await octokit.rest.orgs.getMembershipForUser({ org, username: "user4" }).catch((error) => error.status);
seen.lastOwner = [];
for (const username of ["oto", "ana"]) {
  const status = await octokit.rest.orgs
    .removeMembershipForUser({ org, username })
    .then((answer) => answer.status, (error) => error.status);
  seen.lastOwner.push(status);
}

const first = `query ($org: String!, $after: String) { organization(login: $org) {
  membersWithRole(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { login } } } }`;
seen.graphql = [];
for (let after = null, more = true; more; ) {
  const { membersWithRole: page } = (await octokit.graphql(first, { org, after })).organization;
  seen.graphql.push(...page.nodes.map(login));
  ({ endCursor: after, hasNextPage: more } = page.pageInfo);
}
seen.graphqlError = await octokit.graphql("{ viewer { nothing } }").catch((error) => error.errors[0].message);

console.log(JSON.stringify(seen));
